package dev.argyle.server.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.admission.TurnQueue.Turn;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
final class TurnQueueTest {

  private static final InetAddress ONE = address("192.0.2.1");
  private static final InetAddress TWO = address("192.0.2.2");
  private static final InetAddress THREE = address("192.0.2.3");

  private final TurnQueue queue = new TurnQueue(2, 3);
  private final List<String> granted = new ArrayList<>();

  private static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private Turn ask(InetAddress source, String name) {
    return Objects.requireNonNull(queue.ask(source, _ -> granted.add(name)));
  }

  @Test
  void aSourceHasItsTurnsAndTheNextOneWhenOneEnds() {
    Turn first = ask(ONE, "a");
    ask(ONE, "b");
    ask(ONE, "c");
    assertThat(granted).containsExactly("a", "b");
    first.end();
    assertThat(granted).containsExactly("a", "b", "c");
  }

  @Test
  void usersAtOneSourceHaveTurnsOfTheirOwn() {
    for (String user : new String[] {"ana", "ana", "ana", "bob"}) {
      queue.ask(Asker.of(ONE, user), _ -> granted.add(user));
    }
    assertThat(granted).as("two turns an asker").containsExactly("ana", "ana", "bob");
  }

  @Test
  void turnsInAllAreBoundedToo() {
    Turn first = ask(ONE, "a");
    ask(ONE, "b");
    ask(TWO, "c");
    ask(THREE, "d");
    assertThat(granted).containsExactly("a", "b", "c");
    first.end();
    assertThat(granted).containsExactly("a", "b", "c", "d");
  }

  @Test
  void sourcesTakeTurnsHoweverManyOneHasWaiting() {
    List<Turn> turns = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      turns.add(ask(ONE, "one"));
    }
    turns.add(ask(TWO, "two"));
    turns.add(ask(TWO, "two"));
    turns.add(ask(THREE, "three"));
    assertThat(granted).containsExactly("one", "one", "two");
    turns.get(0).end();
    turns.get(6).end();
    turns.get(1).end();
    assertThat(granted).containsExactly("one", "one", "two", "two", "three", "one");
  }

  @Test
  void anIpv6SourceIsItsNetworkOf64Bits() {
    ask(address("2001:db8::1"), "a");
    ask(address("2001:db8::2"), "b");
    ask(address("2001:db8::3"), "waits");
    ask(address("2001:db8:0:1::1"), "c");
    assertThat(granted).containsExactly("a", "b", "c");
  }

  @Test
  void whoLeavesIsNotCalledAndHoldsNobodyUp() {
    Turn first = ask(ONE, "a");
    ask(ONE, "b");
    Turn left = ask(ONE, "left");
    ask(ONE, "c");
    left.withdraw();
    left.withdraw();
    left.end();
    first.withdraw();
    assertThat(granted).as("what was granted is not withdrawn").containsExactly("a", "b");
    first.end();
    assertThat(granted).containsExactly("a", "b", "c");
  }

  @Test
  void aTurnThatIsGivenBackTwiceIsOneTurn() {
    Turn first = ask(ONE, "a");
    ask(ONE, "b");
    first.end();
    first.end();
    ask(ONE, "c");
    ask(ONE, "waits");
    assertThat(granted).containsExactly("a", "b", "c");
  }

  @Test
  void nothingIsKeptOfSourcesThatAreDone() {
    List<Turn> turns = List.of(ask(ONE, "a"), ask(ONE, "b"), ask(ONE, "c"), ask(TWO, "d"));
    assertThat(queue.sources()).isEqualTo(2);
    turns.get(2).withdraw();
    turns.forEach(Turn::end);
    assertThat(queue.sources()).isZero();
  }

  @Test
  void beyondItsBoundTheQueueRefusesButNotWhoeverHasNothingWaiting() {
    List<Turn> turns = fill(ONE);
    int waiting = turns.size() - 2;
    assertThat(waiting).isEqualTo(TurnQueue.MAX_WAITING / 2);
    assertThat(granted).hasSize(2);
    ask(TWO, "two");
    assertThat(granted).hasSize(3).endsWith("two");
    ask(THREE, "three waits");
    turns.get(2).withdraw();
    ask(ONE, "again");
  }

  private List<Turn> fill(InetAddress source) {
    List<Turn> turns = new ArrayList<>();
    @Nullable Turn turn = queue.ask(source, _ -> granted.add("one"));
    while (turn != null) {
      turns.add(turn);
      turn = queue.ask(source, _ -> granted.add("one"));
    }
    return turns;
  }

  @Test
  void manySourcesTogetherAreRefusedBeyondTheBoundAndKeptNothingOf() {
    TurnQueue narrow = new TurnQueue(1, 1);
    int refused = 0;
    for (int i = 0; i < TurnQueue.MAX_WAITING + 10; i++) {
      InetAddress source = address("10.0." + (i >> 8) + "." + (i & 0xFF));
      refused += narrow.ask(source, _ -> {}) == null ? 1 : 0;
    }
    assertThat(refused).isEqualTo(9); // one is under way
    assertThat(narrow.sources()).isEqualTo(TurnQueue.MAX_WAITING + 1);
  }

  @Test
  void callbacksThatEndTheirTurnAtOnceAreNoRecursion() {
    Turn first = ask(ONE, "a");
    Turn second = ask(ONE, "b");
    for (int i = 0; i < TurnQueue.MAX_WAITING / 2; i++) {
      queue.ask(ONE, Turn::end);
    }
    first.end();
    second.end();
    assertThat(queue.sources()).isZero();
  }

  @Test
  void aCallbackThatFailsGivesItsTurnBack() {
    queue.ask(
        ONE,
        _ -> {
          throw new RejectedExecutionException("the loop has stopped");
        });
    assertThat(queue.sources()).isZero();
    ask(ONE, "a");
    assertThat(granted).containsExactly("a");
  }

  @Test
  void theBoundsHoldAndEveryRequestIsServedFromManyThreads() throws Exception {
    Crowd crowd = new Crowd();
    Thread[] threads = new Thread[4];
    for (int i = 0; i < threads.length; i++) {
      SplittableRandom random = new SplittableRandom(i);
      threads[i] = Thread.ofPlatform().start(() -> crowd.comeAndWork(random));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    while (crowd.workOn()) {}
    assertThat(crowd.violations).hasValue(0);
    assertThat(crowd.answered).hasValue(threads.length * Crowd.REQUESTS);
    assertThat(queue.sources()).isZero();
  }

  /** Requests from three sources, whose work is done by whichever thread finds it. */
  private final class Crowd {
    static final int REQUESTS = 5_000;

    private final Map<InetAddress, AtomicInteger> underWay = new ConcurrentHashMap<>();
    private final AtomicInteger inAll = new AtomicInteger();
    private final AtomicInteger violations = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private final Queue<Runnable> work = new ConcurrentLinkedQueue<>();

    void comeAndWork(SplittableRandom random) {
      for (int i = 0; i < REQUESTS; i++) {
        InetAddress source = List.of(ONE, TWO, THREE).get(random.nextInt(3));
        if (queue.ask(source, turn -> begin(source, turn)) == null) {
          answered.incrementAndGet(); // the queue was full
        }
        workOn();
      }
    }

    private void begin(InetAddress source, Turn turn) {
      AtomicInteger ofSource = underWay.computeIfAbsent(source, _ -> new AtomicInteger());
      if (ofSource.incrementAndGet() > 2 | inAll.incrementAndGet() > 3) {
        violations.incrementAndGet();
      }
      work.add(
          () -> {
            ofSource.decrementAndGet();
            inAll.decrementAndGet();
            answered.incrementAndGet();
            turn.end();
          });
    }

    boolean workOn() {
      Runnable some = work.poll();
      if (some != null) {
        some.run();
      }
      return some != null;
    }
  }
}
