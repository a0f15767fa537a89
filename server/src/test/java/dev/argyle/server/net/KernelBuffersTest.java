package dev.argyle.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.telemetry.Counters;
import dev.argyle.wire.Source;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the kernel may hold for a socket whose peer, or whose other side, does not read. */
@Timeout(30)
@Tag("play")
class KernelBuffersTest {

  private static final int OCTETS = 20_000;

  /** Kinds of sockets. */
  enum Kind {
    LINUX,
    NIO
  }

  private LoopTurns.@Nullable Loops loops;

  @AfterEach
  void end() {
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
        ? new LinuxSocketLoop(loop, turns, new Counters().forLoop(), new LinuxSyscalls())
        : new NioSocketLoop(loop, turns, new Counters().forLoop());
  }

  /** An accepted socket, and one that was connected to it. */
  private static BlockingQueue<StreamSocket> pair(SocketLoop sockets) throws Exception {
    BlockingQueue<StreamSocket> made = new LinkedBlockingQueue<>();
    InetSocketAddress at =
        sockets
            .eventLoop()
            .submit(
                () -> {
                  StreamListener listener =
                      sockets.listen(
                          InetAddress.getLoopbackAddress(), 0, false, new Accepting(made));
                  assertThat(listener.start()).isTrue();
                  sockets.connect(listener.local(), null, new Connecting(made));
                  return listener.local();
                })
            .get(10, TimeUnit.SECONDS);
    assertThat(at.getPort()).isPositive();
    return made;
  }

  private record Accepting(BlockingQueue<StreamSocket> made) implements StreamListener.Acceptor {

    @Override
    public void accepted(StreamSocket socket, InetSocketAddress peer) {
      made.add(socket);
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

  private record Connecting(BlockingQueue<StreamSocket> made) implements Connector.Outcome {

    @Override
    public void connected(StreamSocket socket) {
      made.add(socket);
    }

    @Override
    public Source source() {
      return Source.of(InetAddress.getLoopbackAddress());
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

  /** What the kernel grants; Linux answers the double, and NIO halves that again. */
  private static int[] granted(StreamSocket socket) throws IOException {
    if (socket instanceof LinuxStreamSocket linux) {
      Syscalls calls = new LinuxSyscalls();
      int fd = linux.intValue();
      return new int[] {
        calls.option(fd, SocketOption.SOL_SOCKET, SocketOption.SO_RCVBUF),
        calls.option(fd, SocketOption.SOL_SOCKET, SocketOption.SO_SNDBUF)
      };
    }
    SocketChannel channel = (SocketChannel) ((NioStreamSocket) socket).selectableChannel();
    return new int[] {
      2 * channel.getOption(StandardSocketOptions.SO_RCVBUF),
      2 * channel.getOption(StandardSocketOptions.SO_SNDBUF)
    };
  }

  @ParameterizedTest
  @EnumSource
  void acceptedAndConnectedSocketsHaveBuffersOfTheConfiguredSize(Kind kind) throws Exception {
    SocketLoop sockets = sockets(kind);
    sockets.kernelBuffers(OCTETS);
    BlockingQueue<StreamSocket> made = pair(sockets);
    for (int i = 0; i < 2; i++) {
      StreamSocket socket = made.take();
      assertThat(granted(socket)).containsExactly(2 * OCTETS, 2 * OCTETS);
      socket.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void withoutASizeTheKernelDecides(Kind kind) throws Exception {
    BlockingQueue<StreamSocket> made = pair(sockets(kind));
    for (int i = 0; i < 2; i++) {
      StreamSocket socket = made.take();
      assertThat(granted(socket)).doesNotContain(2 * OCTETS);
      socket.close();
    }
  }
}
