package dev.argyle.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.telemetry.Counters;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A crowd at a listener leaves its loop to others in between. */
@Timeout(60)
@Tag("play")
class AcceptedATurnTest {

  /** More than the growing bursts take before they have their greatest length. */
  private static final int CROWD = 400;

  /** Counts what is accepted between two runs of the loop's tasks. Belongs to the loop. */
  private static final class Crowd implements StreamListener.Acceptor {

    private final IoEventLoop loop;
    final CountDownLatch missing = new CountDownLatch(CROWD);
    final List<Integer> turns = new ArrayList<>();
    private int thisTurn;

    Crowd(IoEventLoop loop) {
      this.loop = loop;
    }

    @Override
    public void accepted(StreamSocket socket, InetSocketAddress peer) {
      socket.close();
      if (thisTurn++ == 0) {
        loop.execute(this::othersHaveTheirTurn);
      }
      missing.countDown();
    }

    private void othersHaveTheirTurn() {
      turns.add(thisTurn);
      thisTurn = 0;
    }

    @Override
    public void shortage(int errno) {
      throw new AssertionError("out of descriptors: " + errno);
    }

    @Override
    public void onBug(Throwable bug) {
      throw new AssertionError(bug);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCrowdThatComesAtOnceIsAcceptedInBurstsWithTheTasksOfOthersInBetween(boolean linux)
      throws Exception {
    LoopTurns.Loops loops =
        new LoopTurns.Loops(
            1,
            new DefaultThreadFactory("loop", true),
            linux ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    IoEventLoop loop = loops.group().next();
    LoopTurns turns = loops.turns(loop);
    SocketLoop sockets =
        linux
            ? new LinuxSocketLoop(loop, turns, new Counters().forLoop(), new LinuxSyscalls())
            : new NioSocketLoop(loop, turns, new Counters().forLoop());
    Crowd crowd = new Crowd(loop);
    List<SocketChannel> clients = new ArrayList<>();
    try {
      loop.submit(
              () -> {
                StreamListener listener =
                    sockets.listen(InetAddress.getLoopbackAddress(), 0, false, crowd);
                assertThat(listener.start()).isTrue();
                comeAtOnce(listener.local(), clients); // while the loop is here
                return listener;
              })
          .get();
      assertThat(crowd.missing.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(loop.submit(() -> List.copyOf(crowd.turns)).get())
          .allMatch(accepted -> accepted <= StreamListener.ACCEPTED_A_TURN)
          .contains(StreamListener.ACCEPTED_A_TURN);
    } finally {
      for (SocketChannel client : clients) {
        client.close();
      }
      loops.group().shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }

  private static void comeAtOnce(InetSocketAddress listener, List<SocketChannel> clients)
      throws IOException {
    for (int i = 0; i < CROWD; i++) {
      clients.add(SocketChannel.open(listener));
    }
  }
}
