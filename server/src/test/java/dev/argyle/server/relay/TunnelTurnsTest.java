package dev.argyle.server.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.net.LoopTurns;
import dev.argyle.server.net.NioSocketLoop;
import dev.argyle.server.net.ShortRounds;
import dev.argyle.server.net.SocketEvents;
import dev.argyle.server.net.SocketLoop;
import dev.argyle.server.net.StreamSocket;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.EndReason;
import io.netty.channel.IoEventLoop;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A tunnel that could move octets for ever, and what it leaves to others. */
@Timeout(30)
@Tag("play")
class TunnelTurnsTest {

  private final LoopTurns.Loops loops =
      new LoopTurns.Loops(1, new DefaultThreadFactory("endless"), NioIoHandler.newFactory());
  private final IoEventLoop loop = loops.group().next();
  private final LoopTurns turns = loops.turns(loop);
  private final Endless client = new Endless();
  private final Endless remote = new Endless();
  private final Ends ends = new Ends();
  private final Tunnel tunnel =
      new Tunnel(
          new RelayLoop(
              new NioSocketLoop(loop, turns, new Counters().forLoop()),
              new RelaySettings(
                  Duration.ZERO, TunnelRig.BUFFER_OCTETS, LoopMemory.ofThisProcess(1))),
          client,
          remote,
          new byte[0],
          ends);

  /** Always has octets, and takes what it is given. */
  private static final class Endless implements StreamSocket {
    long received;
    boolean mayRead = true;

    @Override
    public boolean register(SocketLoop at) {
      return true;
    }

    @Override
    public void handOver(SocketEvents next) {}

    @Override
    public boolean mayRead() {
      return mayRead;
    }

    @Override
    public boolean mayWrite() {
      return true;
    }

    @Override
    public boolean inputEnded() {
      return false;
    }

    @Override
    public boolean urgent() {
      return false;
    }

    @Override
    public int error() {
      return 0;
    }

    @Override
    public int receive(int at, int length) {
      received += length;
      return length;
    }

    @Override
    public boolean looksInPlace() {
      return true;
    }

    @Override
    public int peek(int at, int length) {
      return length;
    }

    @Override
    public int send(int at, int length) {
      return length;
    }

    @Override
    public void endOutput() {}

    @Override
    public void resetOnClose() {}

    @Override
    public InetSocketAddress localAddress() {
      return new InetSocketAddress(0);
    }

    @Override
    public void close() {}
  }

  @BeforeEach
  void own() {
    ends.owns(tunnel);
  }

  @AfterEach
  void end() {
    loops.group().shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private void onLoop(Runnable step) throws Exception {
    loop.submit(step).get(10, TimeUnit.SECONDS);
  }

  /** Takes a turn behind each of the tunnel's and looks at what it has moved since the last. */
  private final class Observer implements LoopTurns.Turn {
    final CountDownLatch turnsLeft = new CountDownLatch(100);
    long mostUp;
    long mostDown;
    private long up;
    private long down;

    @Override
    public void turn() {
      mostUp = Math.max(mostUp, client.received - up);
      mostDown = Math.max(mostDown, remote.received - down);
      up = client.received;
      down = remote.received;
      turns.prompt(); // so that rounds stay short however slow the machine is
      turnsLeft.countDown();
      if (turnsLeft.getCount() > 0) {
        turns.later(this);
      }
    }

    @Override
    public void onBug(Throwable bug) {
      ends.onBug(bug);
    }
  }

  @Test
  void aTurnMovesAShareInEachDirectionAtMostAndOthersHaveTheirs() throws Exception {
    Observer observer = new Observer();
    onLoop(
        () -> {
          tunnel.start();
          turns.later(observer);
        });
    assertThat(observer.turnsLeft.await(10, TimeUnit.SECONDS)).isTrue();
    onLoop(() -> tunnel.end(EndReason.KILLED)); // which a busy loop does at once
    long most = ShortRounds.LARGEST_SHARE_OCTETS + TunnelRig.BUFFER_OCTETS;
    assertThat(observer.mostUp).isPositive().isLessThanOrEqualTo(most);
    assertThat(observer.mostDown).isPositive().isLessThanOrEqualTo(most);
    assertThat(ends.bugs).isEmpty();
  }

  @Test
  void anEventMovesOneReceiveInEachDirectionAndNothingOfAStream() throws Exception {
    onLoop(
        () -> {
          tunnel.start();
          assertThat(client.received).isEqualTo(TunnelRig.BUFFER_OCTETS);
          assertThat(remote.received).isEqualTo(TunnelRig.BUFFER_OCTETS);
          tunnel.ready();
          assertThat(client.received).isEqualTo(TunnelRig.BUFFER_OCTETS);
          tunnel.end(EndReason.KILLED);
        });
  }

  @Test
  void aTurnThatComesAfterTheEndMovesNothing() throws Exception {
    onLoop(
        () -> {
          tunnel.start();
          tunnel.end(EndReason.KILLED);
        });
    onLoop(() -> {});
    onLoop(() -> {});
    assertThat(client.received).isEqualTo(TunnelRig.BUFFER_OCTETS);
    assertThat(ends.bugs).isEmpty();
  }
}
