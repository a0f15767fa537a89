package dev.argyle.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.telemetry.Counters;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Turns are counted here, not timed. */
@Timeout(30)
@Tag("play")
class LoopTurnsTest extends LoopTurnsCase {

  @Test
  void whoComesFirstIsServedFirstAndWhoIsNotDoneWaitsForTheOthers() throws Exception {
    Work a = new Work("a", 3);
    Work b = new Work("b", 1);
    Work c = new Work("c", 2);
    loop.execute(
        () -> {
          turns.later(a);
          turns.later(b);
          turns.later(c);
        });
    await(a.done);
    await(c.done);
    assertThat(seen).containsExactly("a", "b", "c", "a", "c", "a");
  }

  @Test
  void aTurnThatThrowsIsToldToItsOwnerAndTheOthersFollow() throws Exception {
    Work next = new Work("next", 1);
    Work broken =
        new Work("broken", 1) {
          @Override
          public void turn() {
            throw new StackOverflowError("a bug");
          }
        };
    loop.execute(
        () -> {
          turns.later(broken);
          turns.later(next);
        });
    await(next.done);
    assertThat(seen).containsExactly("broken: a bug", "next");
  }

  @Test
  void anEventIsServedBeforeTheNextTurnOfWhoIsNeverDone() throws Exception {
    CompletableFuture<Integer> turnsBetween = new CompletableFuture<>();
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      NioSocketLoop sockets = new NioSocketLoop(loop, turns, new Counters().forLoop());
      CompletableFuture<StreamSocket> connected = connect(sockets, listener);
      try (Socket peer = listener.accept()) {
        StreamSocket socket = connected.get(10, TimeUnit.SECONDS);
        Greedy greedy =
            new Greedy() {
              @Override
              void each() {
                if (count == 10) {
                  guard(() -> write(peer));
                }
              }
            };
        loop.execute(
            () -> {
              socket.handOver(
                  new SocketEvents() {
                    @Override
                    public void ready() {
                      if (socket.mayRead()) {
                        turnsBetween.complete(greedy.count - 10);
                      }
                    }

                    @Override
                    public void onBug(Throwable bug) {
                      turnsBetween.completeExceptionally(bug);
                    }
                  });
              turns.later(greedy);
            });
        assertThat(turnsBetween.get(10, TimeUnit.SECONDS)).isZero();
      }
    }
  }

  @Test
  void tasksAndTimersAreRunBeforeTheNextTurnOfWhoIsNeverDone() throws Exception {
    CompletableFuture<Integer> byTask = new CompletableFuture<>();
    CompletableFuture<Integer> byTimer = new CompletableFuture<>();
    Greedy greedy =
        new Greedy() {
          @Override
          void each() {
            if (count == 10) {
              loop.execute(() -> byTask.complete(count));
              loop.schedule(() -> byTimer.complete(count), 1, TimeUnit.NANOSECONDS);
            }
          }
        };
    loop.execute(() -> turns.later(greedy));
    assertThat(byTask.get(10, TimeUnit.SECONDS)).isEqualTo(10);
    assertThat(byTimer.get(10, TimeUnit.SECONDS)).isEqualTo(10);
  }

  @Test
  void aStepOfANewClientIsBeforeTheNextTurnOfBulkThatIsNeverDone() throws Exception {
    CompletableFuture<Integer> byStep = new CompletableFuture<>();
    Greedy greedy =
        new Greedy() {
          int bulkTurns() {
            return count;
          }

          @Override
          void each() {
            if (count == 10) {
              turns.soon(
                  new Work("step", 1) {
                    @Override
                    public void turn() {
                      byStep.complete(bulkTurns());
                    }
                  });
            }
          }
        };
    loop.execute(() -> turns.later(greedy));
    assertThat(byStep.get(10, TimeUnit.SECONDS)).isEqualTo(10);
  }

  @Test
  void aCrowdFromOneSourceDoesNotHoldUpTheStepOfAnother() throws Exception {
    Work last = new Work("crowd", 1).from("192.0.2.1");
    loop.execute(
        () -> {
          for (int i = 0; i < 99; i++) {
            turns.soon(new Work("crowd", 1).from("192.0.2.1"));
          }
          turns.soon(last);
          turns.soon(new Work("IPv4", 1).from("192.0.2.2"));
          turns.soon(new Work("IPv6", 1).from("2001:db8::1"));
          turns.soon(new Work("same /64", 1).from("2001:db8::2"));
        });
    await(last.done);
    assertThat(seen).hasSize(103).startsWith("crowd", "IPv4", "IPv6", "crowd", "same /64", "crowd");
  }

  @Test
  void aCrowdOfNewClientsThatIsNeverDoneLeavesBulkAndTasksTheirTurns() throws Exception {
    CompletableFuture<Integer> byTask = new CompletableFuture<>();
    Work bulk = new Work("bulk", 3);
    Greedy crowd =
        new Greedy() {
          @Override
          void each() {
            if (count == 10) {
              loop.execute(() -> byTask.complete(count));
            }
          }

          @Override
          void again() {
            turns.soon(this);
          }
        };
    loop.execute(
        () -> {
          turns.later(bulk);
          turns.soon(crowd);
        });
    await(bulk.done);
    assertThat(byTask.get(10, TimeUnit.SECONDS)).isEqualTo(10);
  }
}
