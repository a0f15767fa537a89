package dev.argyle.server.rate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;

/**
 * Loops with a clock that the test moves: each has tunnels that always have octets, or messages now
 * and then. What passes is written down with its time.
 */
final class Simulation {

  static final long SECOND = 1_000_000_000L;

  /** What passed, when. */
  record Passed(long atNanos, int octets) {}

  private record Event(long atNanos, long order, Runnable action) {}

  final List<Passed> passed = new ArrayList<>();
  final AccountRates rates = new AccountRates();
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          (one, other) ->
              one.atNanos == other.atNanos
                  ? Long.compare(one.order, other.order)
                  : Long.compare(one.atNanos, other.atNanos));
  private final Random random;
  private long order;
  long now = 5 * SECOND;

  Simulation(Random random) {
    this.random = random;
  }

  void at(long atNanos, Runnable action) {
    events.add(new Event(Math.max(now, atNanos), order++, action));
  }

  /** Until this time of the clock. */
  void runUntil(long untilNanos) {
    for (Event next = events.peek();
        next != null && next.atNanos < untilNanos;
        next = events.peek()) {
      events.poll();
      now = Math.max(now, next.atNanos);
      next.action.run();
    }
    now = untilNanos;
  }

  long passedBetween(long fromNanos, long untilNanos) {
    return passed.stream()
        .filter(one -> one.atNanos >= fromNanos && one.atNanos < untilNanos)
        .mapToLong(Passed::octets)
        .sum();
  }

  /** The most that passed within a span, wherever it begins. */
  long mostWithin(long spanNanos) {
    long most = 0;
    long sum = 0;
    int first = 0;
    for (Passed last : passed) {
      sum += last.octets;
      while (last.atNanos - passed.get(first).atNanos > spanNanos) {
        sum -= passed.get(first).octets;
        first++;
      }
      most = Math.max(most, sum);
    }
    return most;
  }

  /** A loop, which is late by up to so much whenever it is to do something. */
  final class Loop {

    final RateLoop rateLoop;
    private final long lateNanos;
    private final Queue<Tunnel> turns = new ArrayDeque<>();
    private boolean running;

    Loop(long lateNanos) {
      this.lateNanos = lateNanos;
      this.rateLoop = new RateLoop((nanos, action) -> at(now + nanos + late(), action), () -> now);
    }

    private long late() {
      return lateNanos == 0 ? 0 : random.nextLong(lateNanos);
    }

    private void soon(Tunnel tunnel) {
      turns.add(tunnel);
      if (!running) {
        running = true;
        at(now + late() / 4, this::turn);
      }
    }

    /** As many turns as wait, one after the other. */
    private void turn() {
      running = false;
      for (int here = turns.size(); here > 0; here--) {
        turns.remove().pump();
      }
    }
  }

  /** One direction of a tunnel. */
  final class Tunnel {

    private static final int SHARE_OCTETS = 512 * 1024;

    /** When what was taken out of a window is there again. */
    private static final long REFILL_NANOS = 200_000;

    private final Loop loop;
    private final Budget budget;
    long total;
    long left; // that it has to pass; Long.MAX_VALUE: it never ends
    long window = Long.MAX_VALUE; // of the sender: it has no more on the way
    private long inWindow;
    private boolean queued;

    Tunnel(Loop loop, long octets) {
      this.loop = loop;
      this.left = octets;
      this.budget = loop.rateLoop.join(rates, true, this::askForTurn);
      askForTurn();
    }

    void sends(long octets) {
      left += octets;
      askForTurn();
    }

    void askForTurn() {
      if (!queued) {
        queued = true;
        loop.soon(this);
      }
    }

    void close() {
      left = 0;
      budget.close();
    }

    private void pump() {
      queued = false;
      long there = Math.min(left, window - inWindow);
      if (there == 0) {
        return;
      }
      int slice = budget.take(SHARE_OCTETS);
      int octets = (int) Math.min(slice, there);
      if (octets > 0) {
        refillLater(octets);
        passed.add(new Passed(now, octets));
        total += octets;
        left -= left == Long.MAX_VALUE ? 0 : octets;
      }
      budget.passed(octets);
      if (left > 0 && !budget.waits()) {
        askForTurn();
      }
    }

    private void refillLater(int octets) {
      if (window == Long.MAX_VALUE) {
        return;
      }
      inWindow += octets;
      at(
          now + REFILL_NANOS,
          () -> {
            inWindow -= octets;
            askForTurn();
          });
    }
  }
}
