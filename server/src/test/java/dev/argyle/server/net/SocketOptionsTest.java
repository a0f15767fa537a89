package dev.argyle.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.argyle.server.telemetry.Counters;
import dev.argyle.wire.Source;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What sockets are set to, and which calls that takes. */
@Timeout(30)
@Tag("play")
class SocketOptionsTest {

  private static final int IDLE_SECONDS = 77;

  /** Kinds of sockets. */
  enum Kind {
    LINUX,
    NIO
  }

  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final BlockingQueue<StreamSocket> accepted = new LinkedBlockingQueue<>();
  private final BlockingQueue<StreamSocket> connected = new LinkedBlockingQueue<>();
  private LoopTurns.@Nullable Loops loops;

  @AfterEach
  void end() {
    accepted.forEach(StreamSocket::close);
    connected.forEach(StreamSocket::close);
    if (loops != null) {
      loops.group().shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }

  private SocketLoop sockets(Kind kind) {
    boolean linux = kind == Kind.LINUX;
    LoopTurns.Loops made =
        new LoopTurns.Loops(
            1,
            new DefaultThreadFactory("loop", true),
            linux ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    loops = made;
    IoEventLoop loop = made.group().next();
    LoopTurns turns = made.turns(loop);
    return linux
        ? new LinuxSocketLoop(loop, turns, new Counters().forLoop(), recorded())
        : new NioSocketLoop(loop, turns, new Counters().forLoop());
  }

  /** The kernel's calls, whose names and options are kept. */
  private Syscalls recorded() {
    Syscalls real = new LinuxSyscalls();
    return (Syscalls)
        Proxy.newProxyInstance(
            Syscalls.class.getClassLoader(),
            new Class<?>[] {Syscalls.class},
            (proxy, method, arguments) -> {
              String name = method.getName();
              calls.add(
                  name.equals("setOption")
                      ? name + " " + arguments[1] + " " + arguments[2] + " " + arguments[3]
                      : name.equals("bind") ? name + " port " + arguments[2] : name);
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
              }
            });
  }

  private static <T> T on(SocketLoop sockets, Callable<T> action) throws Exception {
    return sockets.eventLoop().submit(action).get(10, TimeUnit.SECONDS);
  }

  private StreamListener listen(SocketLoop sockets) throws Exception {
    return on(
        sockets,
        () -> {
          StreamListener listener =
              sockets.listen(InetAddress.getLoopbackAddress(), 0, false, new Accepting());
          assertThat(listener.start()).isTrue();
          return listener;
        });
  }

  private StreamSocket connect(
      SocketLoop sockets, StreamListener listener, @Nullable InetAddress source) throws Exception {
    on(
        sockets,
        () ->
            sockets.connect(
                listener.local(), source == null ? null : Binding.to(source), new Connects()));
    return connected.take();
  }

  private final class Accepting implements StreamListener.Acceptor {

    @Override
    public void accepted(StreamSocket socket, java.net.InetSocketAddress peer) {
      accepted.add(socket);
    }

    @Override
    public void shortage(int errno) {
      throw new AssertionError(Errno.words(errno));
    }

    @Override
    public void onBug(Throwable bug) {
      throw new AssertionError(bug);
    }
  }

  private final class Connects implements Connector.Outcome {

    @Override
    public Source source() {
      return Source.of(InetAddress.getLoopbackAddress());
    }

    @Override
    public void connected(StreamSocket socket) {
      connected.add(socket);
    }

    @Override
    public void failed(int errno) {
      throw new AssertionError(Errno.words(errno));
    }

    @Override
    public void onBug(Throwable bug) {
      throw new AssertionError(bug);
    }
  }

  /** The seconds of silence; 0: it never asks. */
  private static int keepAlive(StreamSocket socket) throws Exception {
    if (socket instanceof LinuxStreamSocket linux) {
      Syscalls kernel = new LinuxSyscalls();
      int fd = linux.intValue();
      return kernel.option(fd, SocketOption.SOL_SOCKET, SocketOption.SO_KEEPALIVE) == 0
          ? 0
          : kernel.option(fd, SocketOption.IPPROTO_TCP, SocketOption.TCP_KEEPIDLE);
    }
    SocketChannel channel = (SocketChannel) ((NioStreamSocket) socket).selectableChannel();
    return channel.getOption(StandardSocketOptions.SO_KEEPALIVE)
        ? channel.getOption(ExtendedSocketOptions.TCP_KEEPIDLE)
        : 0;
  }

  @ParameterizedTest
  @EnumSource
  void whoIsToldToAsksASilentPeerOnBothSides(Kind kind) throws Exception {
    SocketLoop sockets = sockets(kind);
    sockets.keepAlive(IDLE_SECONDS);
    StreamSocket dialled = connect(sockets, listen(sockets), null);
    StreamSocket client = accepted.take();
    on(
        sockets,
        () -> {
          dialled.keepAlive();
          client.keepAlive();
          return true;
        });
    assertThat(keepAlive(dialled)).isEqualTo(IDLE_SECONDS);
    assertThat(keepAlive(client)).isEqualTo(IDLE_SECONDS);
  }

  @ParameterizedTest
  @EnumSource
  void withoutKeepAliveNobodyAsks(Kind kind) throws Exception {
    SocketLoop sockets = sockets(kind);
    StreamSocket dialled = connect(sockets, listen(sockets), null);
    StreamSocket client = accepted.take();
    on(
        sockets,
        () -> {
          dialled.keepAlive();
          client.keepAlive();
          return true;
        });
    assertThat(keepAlive(dialled)).isZero();
    assertThat(keepAlive(client)).isZero();
  }

  @Test
  void whatIsAcceptedHasKeepAliveOfItsListenerWithoutACall() throws Exception {
    SocketLoop sockets = sockets(Kind.LINUX);
    sockets.keepAlive(IDLE_SECONDS);
    StreamListener listener = listen(sockets);
    List<String> before = new ArrayList<>(calls);
    try (java.net.Socket peer =
        new java.net.Socket(listener.local().getAddress(), listener.local().getPort())) {
      StreamSocket client = accepted.take();
      assertThat(peer.isConnected()).isTrue();
      assertThat(keepAlive(client)).isEqualTo(IDLE_SECONDS);
      on(
          sockets,
          () -> {
            client.keepAlive();
            return true;
          });
      List<String> since = calls.subList(before.size(), calls.size());
      assertThat(since).isNotEmpty().allMatch(call -> call.startsWith("accept"));
    }
  }

  @Test
  void aDialMakesNoCallForKeepAliveAndTheFirstRestTwo() throws Exception {
    SocketLoop sockets = sockets(Kind.LINUX);
    sockets.keepAlive(IDLE_SECONDS);
    StreamListener listener = listen(sockets);
    calls.clear();
    StreamSocket dialled = connect(sockets, listener, null);
    assertThat(calls)
        .filteredOn(call -> call.startsWith("setOption"))
        .containsExactly("setOption 6 1 1", "setOption 1 10 1"); // TCP_NODELAY, SO_OOBINLINE
    calls.clear();
    for (int i = 0; i < 2; i++) { // the second costs nothing
      on(
          sockets,
          () -> {
            dialled.keepAlive();
            return true;
          });
    }
    assertThat(calls)
        .filteredOn(call -> call.startsWith("setOption"))
        .containsExactly("setOption 6 4 " + IDLE_SECONDS, "setOption 1 9 1");
  }

  /** Ports that bind chooses run out where those that connect chooses do not. */
  @Test
  void aSourceAddressTakesNoPortOfItsOwn() throws Exception {
    SocketLoop sockets = sockets(Kind.LINUX);
    StreamListener listener = listen(sockets);
    calls.clear();
    StreamSocket dialled = connect(sockets, listener, InetAddress.ofLiteral("127.0.0.2"));
    assertThat(dialled.localAddress().getAddress().getHostAddress()).isEqualTo("127.0.0.2");
    assertThat(dialled.localAddress().getPort()).isPositive();
    assertThat(calls).containsSubsequence("setOption 0 24 1", "bind port 0", "connect");
  }

  @Test
  void egressHasItsAddressFreelyItsInterfaceAndItsMarkBeforeItConnects() throws Exception {
    assumeTrue(LinuxSyscalls.available(), "Linux");
    assumeTrue(ProcessHandle.current().info().user().orElse("").equals("root"), "SO_MARK");
    SocketLoop sockets = sockets(Kind.LINUX);
    StreamListener listener = listen(sockets);
    calls.clear();
    Binding binding = new Binding(InetAddress.ofLiteral("127.0.0.9"), true, "lo", 7);
    on(sockets, () -> sockets.connect(listener.local(), binding, new Connects()));
    StreamSocket socket = connected.take();
    assertThat(socket.localAddress().getAddress()).isEqualTo(binding.address());
    assertThat(calls)
        .containsSubsequence(
            "bindToDevice",
            "setOption 1 36 7",
            "setOption 0 15 1",
            "setOption 0 24 1",
            "bind port 0",
            "connect");
    socket.close();
    on(
        sockets,
        () -> {
          listener.close();
          return true;
        });
  }
}
