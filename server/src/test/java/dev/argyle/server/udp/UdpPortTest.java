package dev.argyle.server.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.argyle.server.net.LinuxSocketLoop;
import dev.argyle.server.net.LinuxSyscalls;
import dev.argyle.server.net.LoopTurns;
import dev.argyle.server.net.NioSocketLoop;
import dev.argyle.server.net.SocketLoop;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.LoopCounters;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When a reader is told, on real loops of both kinds. */
@Timeout(60)
@Tag("play")
class UdpPortTest {

  private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");

  enum Kind {
    LINUX,
    NIO
  }

  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private LoopTurns.@Nullable Loops loops;

  /** Notes each call; has as much as it may take as often as it is told to, then throws if told. */
  private final class Asking implements UdpPort.Reader {

    private int turns;
    private final boolean breaks;

    Asking(int turns, boolean breaks) {
      this.turns = turns;
      this.breaks = breaks;
    }

    @Override
    public int readable(UdpPort port, int most) {
      told.add("readable");
      if (turns-- > 0) {
        return most;
      }
      if (breaks) {
        port.close();
        throw new LinkageError("a bug");
      }
      told.add("received " + port.receive(most));
      port.close();
      return 1;
    }

    @Override
    public void onBug(Throwable bug) {
      told.add(bug.getMessage());
    }
  }

  @AfterEach
  void loopsEnd() {
    if (loops != null) {
      loops.group().shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }

  private UdpLoop loop(Kind kind) {
    assumeThat(kind == Kind.NIO || Epoll.isAvailable()).as("epoll is not there").isTrue();
    LoopTurns.Loops made =
        new LoopTurns.Loops(
            1,
            Thread::new,
            kind == Kind.NIO ? NioIoHandler.newFactory() : EpollIoHandler.newFactory());
    loops = made;
    IoEventLoop loop = (IoEventLoop) made.group().next();
    LoopCounters counters = new Counters().forLoop();
    SocketLoop sockets =
        switch (kind) {
          case LINUX -> new LinuxSocketLoop(loop, made.turns(loop), counters, new LinuxSyscalls());
          case NIO -> new NioSocketLoop(loop, made.turns(loop), counters);
        };
    return UdpLoop.of(sockets, new UdpMemory(1 << 20));
  }

  /** Sends a datagram to a port that this reader reads. */
  private void datagramComesTo(UdpLoop loop, UdpPort.Reader reader) throws Exception {
    int port =
        loop.eventLoop()
            .submit(
                () -> {
                  if (loop.open(HERE, 0, 0) instanceof UdpLoop.Open(UdpPort made)) {
                    assertThat(made.attach(reader, loop.join(new UdpShare()))).isTrue();
                    return made.local().getPort();
                  }
                  throw new AssertionError("a socket on the loopback");
                })
            .get();
    try (DatagramSocket socket = new DatagramSocket(0, HERE)) {
      socket.send(new DatagramPacket(new byte[1], 1, HERE, port));
    }
  }

  private void assertTold(String... lines) throws InterruptedException {
    for (String line : lines) {
      assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo(line);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoAsksAgainIsToldAgainAndEachTimeOnce(Kind kind) throws Exception {
    UdpLoop loop = loop(kind);
    datagramComesTo(loop, new Asking(3, false));
    assertTold("readable", "readable", "readable", "readable", "received 1");
    loop.eventLoop().submit(() -> {}).get();
    assertThat(told.poll(50, TimeUnit.MILLISECONDS)).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void bugIsToldToTheReaderAndTheLoopGoesOn(Kind kind) throws Exception {
    UdpLoop loop = loop(kind);
    Asking breaks = new Asking(0, true);
    datagramComesTo(loop, breaks);
    assertTold("readable", "a bug");
    datagramComesTo(loop, new Asking(0, false));
    await().until(() -> told.contains("received 1"));
  }

  @ParameterizedTest
  @EnumSource
  void bugInATurnIsToldToTheReader(Kind kind) throws Exception {
    datagramComesTo(loop(kind), new Asking(1, true));
    assertTold("readable", "readable", "a bug");
  }
}
