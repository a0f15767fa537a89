package dev.argyle.server.session.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.argyle.server.dial.DialFailure;
import dev.argyle.server.dial.Failure;
import dev.argyle.server.net.Errno;
import dev.argyle.server.net.LinuxSocketLoop;
import dev.argyle.server.net.LinuxSyscalls;
import dev.argyle.server.net.LoopTurns;
import dev.argyle.server.net.NioSocketLoop;
import dev.argyle.server.net.SocketEvents;
import dev.argyle.server.net.SocketLoop;
import dev.argyle.server.net.StreamSocket;
import dev.argyle.server.net.Syscalls;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Counters;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The listener of a BIND on either kind of sockets: one connection, of the right peer, or none. */
@Tag("play")
class RendezvousTest {

  /** The two kinds of sockets. */
  enum Kind {
    LINUX,
    NIO
  }

  private final Counters counters = new Counters();
  private LoopTurns.@Nullable Loops loops;
  private @Nullable Met met;

  @AfterEach
  void endTheLoop() {
    if (met != null) {
      met.close();
    }
    if (loops != null) {
      loops
          .group()
          .shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS)
          .awaitUninterruptibly();
    }
  }

  @ParameterizedTest
  @EnumSource
  void expectedPeerIsLetInAndNobodyAfterIt(Kind kind) throws IOException {
    Met host = meet(kind, peer -> true);
    InetSocketAddress at = host.listeningAt();
    assertThat(at.getAddress()).isEqualTo(loopback());
    assertThat(at.getPort()).isPositive();
    try (Socket peer = new Socket(at.getAddress(), at.getPort())) {
      await().until(() -> host.arrived.size() == 1);
      assertThat(host.arrived).containsExactly((InetSocketAddress) peer.getLocalSocketAddress());
      await().until(() -> !connects(at));
    }
  }

  /** FTP's abort, for instance (RFC 959, section 4.1.3, by way of Telnet's Synch). */
  @ParameterizedTest
  @EnumSource
  void urgentOctetsOfThePeerStayInTheirPlace(Kind kind) throws Exception {
    Met host = meet(kind, peer -> true);
    InetSocketAddress at = host.listeningAt();
    try (Socket peer = new Socket(at.getAddress(), at.getPort())) {
      peer.getOutputStream().write('a');
      peer.sendUrgentData('!');
      peer.getOutputStream().write('b');
      await().until(() -> host.received.toString().equals("a!b"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void strangersAreClosedHoweverManyComeAndTheWaitGoesOn(Kind kind) throws IOException {
    List<Integer> expected = new CopyOnWriteArrayList<>();
    Met host = meet(kind, peer -> expected.contains(peer.getPort()));
    InetSocketAddress at = host.listeningAt();
    for (int i = 0; i < 40; i++) { // more than are accepted in a turn
      try (Socket stranger = new Socket(at.getAddress(), at.getPort())) {
        stranger.setSoTimeout(10_000);
        assertThat(stranger.getInputStream().read()).isEqualTo(-1);
      }
    }
    try (Socket peer = new Socket()) {
      peer.bind(new InetSocketAddress(loopback(), 0));
      expected.add(peer.getLocalPort());
      peer.connect(at);
      await().until(() -> host.arrived.size() == 1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void portIsFreeWhenTheListenerSaysThatItIsClosed(Kind kind) throws Exception {
    Met host = meet(kind, peer -> true);
    InetSocketAddress at = host.listeningAt();
    host.close().get();
    assertThatThrownBy(() -> new Socket(at.getAddress(), at.getPort()).close())
        .isInstanceOf(ConnectException.class);
    host.close().get(); // and once more
    assertThat(host.arrived).isEmpty();
    assertThat(host.failed).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void addressThatIsNotOursIsAFailure(Kind kind) throws IOException {
    Met host = meet(kind, InetAddress.getByName("192.0.2.1"), new LinuxSyscalls(), peer -> true);
    await().until(() -> host.failed.size() == 1);
    assertThat(host.failed).containsExactly(DialFailure.NO_RESOURCES);
    assertThat(host.listening).isEmpty();
  }

  @Test
  void shortageOfDescriptorsIsTold() {
    for (String call : List.of("streamSocket", "bind", "listen")) {
      Met host = meet(Kind.LINUX, loopback(), failing(call, -Errno.EMFILE), peer -> true);
      await().until(() -> host.failed.size() == 1);
      assertThat(host.failed).as(call).containsExactly(DialFailure.NO_RESOURCES);
    }
    assertThat(counters.sum(Counter.DESCRIPTOR_SHORTAGES)).isEqualTo(3);
  }

  @Test
  void shortageAtTheAcceptEndsTheWait() throws IOException {
    Met host = meet(Kind.LINUX, loopback(), failing("accept", -Errno.EMFILE), peer -> true);
    InetSocketAddress at = host.listeningAt();
    try (Socket peer = new Socket(at.getAddress(), at.getPort())) {
      await().until(() -> host.failed.size() == 1);
      assertThat(host.failed).containsExactly(DialFailure.NO_RESOURCES);
      assertThat(peer.isConnected()).isTrue();
    }
    await().until(() -> !connects(at));
  }

  private static boolean connects(InetSocketAddress at) {
    try (Socket visitor = new Socket(at.getAddress(), at.getPort())) {
      return visitor.isConnected();
    } catch (IOException refused) {
      return false;
    }
  }

  private static InetAddress loopback() {
    return InetAddress.getLoopbackAddress();
  }

  /** The kernel's calls, but for one that fails. */
  private static Syscalls failing(String name, int answer) {
    Syscalls real = new LinuxSyscalls();
    return (Syscalls)
        Proxy.newProxyInstance(
            Syscalls.class.getClassLoader(),
            new Class<?>[] {Syscalls.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals(name)) {
                return answer;
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
              }
            });
  }

  private Met meet(Kind kind, Predicate<InetSocketAddress> expected) {
    return meet(kind, loopback(), new LinuxSyscalls(), expected);
  }

  private Met meet(
      Kind kind, InetAddress address, Syscalls calls, Predicate<InetSocketAddress> expected) {
    assumeThat(kind == Kind.NIO || Epoll.isAvailable()).isTrue();
    if (loops == null) {
      loops =
          new LoopTurns.Loops(
              1,
              new DefaultThreadFactory("loop", true),
              kind == Kind.LINUX ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }
    IoEventLoop loop = loops.group().next();
    LoopTurns turns = loops.turns(loop);
    SocketLoop sockets =
        switch (kind) {
          case LINUX -> new LinuxSocketLoop(loop, turns, counters.forLoop(), calls);
          case NIO -> new NioSocketLoop(loop, turns, counters.forLoop());
        };
    Met host = new Met(sockets, expected);
    met = host;
    loop.submit(() -> host.rendezvous.open(address, null)).awaitUninterruptibly();
    return host;
  }

  /** Who waits, and what was told. */
  private static final class Met implements Rendezvous.Host {

    final List<InetSocketAddress> listening = new CopyOnWriteArrayList<>();
    final List<InetSocketAddress> arrived = new CopyOnWriteArrayList<>();
    final List<DialFailure> failed = new CopyOnWriteArrayList<>();
    final StringBuffer received = new StringBuffer();
    private final SocketLoop sockets;
    private final IoEventLoop loop;
    private final Predicate<InetSocketAddress> expected;
    final Rendezvous rendezvous;

    Met(SocketLoop sockets, Predicate<InetSocketAddress> expected) {
      this.sockets = sockets;
      this.loop = sockets.eventLoop();
      this.expected = expected;
      this.rendezvous = new Rendezvous(sockets, this);
    }

    InetSocketAddress listeningAt() {
      await().until(() -> listening.size() == 1);
      return listening.getFirst();
    }

    io.netty.util.concurrent.Future<Void> close() {
      io.netty.util.concurrent.Promise<Void> closed = loop.newPromise();
      loop.execute(() -> rendezvous.close(() -> closed.setSuccess(null)));
      return closed;
    }

    @Override
    public void listening(InetSocketAddress at) {
      listening.add(at);
    }

    @Override
    public void unbound(int errno) {
      failed(Failure.ofErrno(errno));
    }

    @Override
    public void failed(Failure why) {
      failed.add(why.why());
    }

    @Override
    public boolean expects(InetSocketAddress peer) {
      return expected.test(peer);
    }

    @Override
    public void arrived(StreamSocket socket, InetSocketAddress peer) {
      arrived.add(peer);
      socket.handOver(new Receiving(socket));
    }

    /** Until the peer ends its stream. */
    private final class Receiving implements SocketEvents {
      private final StreamSocket socket;

      Receiving(StreamSocket socket) {
        this.socket = socket;
      }

      @Override
      public void ready() {
        while (socket.mayRead()) {
          int got = socket.receive(0, 100);
          if (got <= 0) {
            if (got == 0) {
              socket.close();
            }
            return;
          }
          byte[] octets = new byte[got];
          sockets.buffer().clear().get(octets);
          received.append(new String(octets, StandardCharsets.ISO_8859_1));
        }
      }

      @Override
      public void onBug(Throwable bug) {
        throw new AssertionError(bug);
      }
    }

    @Override
    public void onBug(Throwable bug) {
      throw new AssertionError(bug);
    }
  }
}
