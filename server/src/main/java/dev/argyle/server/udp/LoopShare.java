package dev.argyle.server.udp;

import dev.argyle.server.net.LoopTurns;
import dev.argyle.server.telemetry.Counter;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What one user has of one loop: turns, and memory. However many associations a user has, they have
 * one place in the loop's queue of turns together, so a flood through many of them, or from outside
 * to many of them, costs others as much time as one busy tunnel. Belongs to the loop.
 *
 * <p>A few datagrams are passed on as soon as they come ({@link #atOnce}). Where there are more,
 * the socket waits for a turn of its user, and so does every other socket of the user until none
 * waits any more.
 */
final class LoopShare implements LoopTurns.Turn {

  /** What one turn takes, roughly: the batch that is under way then is the last. */
  static final long TURN_NANOS = 200_000;

  /** What is passed on at events within {@link PromptBudget#WINDOW_NANOS}. */
  static final long PROMPT_NANOS = 200_000;

  private static final int FIRST_BATCH = 8;

  /**
   * The least that an event asks a socket for, however long each takes: a question with its answer,
   * or a few fragments, must not look like the begin of more that waits.
   */
  private static final int LEAST_AT_ONCE = 4;

  private final UdpLoop loop;
  private final UdpShare user;
  private final ArrayDeque<UdpPort> waiting = new ArrayDeque<>(4);
  private final PromptBudget prompt = new PromptBudget(PROMPT_NANOS);
  private boolean hasTurn; // or waits for one
  private int batch = FIRST_BATCH;
  private int associations;

  LoopShare(UdpLoop loop, UdpShare user) {
    this.loop = loop;
    this.user = user;
  }

  UdpShare user() {
    return user;
  }

  // Associations

  void joins() {
    associations++;
  }

  /** Whether it was the last. */
  boolean leaves() {
    associations--;
    return associations == 0;
  }

  // Turns

  /** How many datagrams of a socket are passed on now; 0: it is to wait for a turn. */
  int atOnce(long nowNanos) {
    boolean now = !hasTurn && prompt.isLeft(nowNanos) && loop.prompt.isLeft(nowNanos);
    return now ? Math.max(LEAST_AT_ONCE, batch) : 0;
  }

  /** So many were passed on at an event. */
  void passedAtOnce(int datagrams, long nanos) {
    prompt.spend(nanos);
    loop.prompt.spend(nanos);
    loop.passedPromptly();
    took(datagrams, nanos);
  }

  /** The port gets a turn behind all that wait. It waits once at a time. */
  void later(UdpPort port) {
    waiting.add(port);
    if (!hasTurn) {
      hasTurn = true;
      loop.later(this);
    }
  }

  @Override
  public void turn() {
    long start = loop.nanoTime();
    long now = start;
    do {
      int datagrams = waiting.removeFirst().turn(batch);
      long then = loop.nanoTime();
      took(datagrams, then - now);
      now = then;
    } while (!waiting.isEmpty() && now - start < TURN_NANOS);
    hasTurn = !waiting.isEmpty();
    if (hasTurn) {
      loop.later(this);
    }
  }

  /** Fewer at a time where each takes long: large ones, sealed ones, those to new names. */
  void took(int datagrams, long nanos) {
    if (nanos > TURN_NANOS) {
      batch = Math.max(1, batch / 2);
    } else if (datagrams >= batch && nanos < TURN_NANOS / 4) {
      batch = Math.min(Inbox.SLOTS, batch * 2);
    }
  }

  /** Datagrams that a socket passes on at a time. */
  int batch() {
    return batch;
  }

  @Override
  public void onBug(Throwable bug) {
    throw new IllegalStateException("each port tells its own owner", bug);
  }

  // Memory

  /**
   * Takes octets for fragments or for datagrams that wait.
   *
   * @return the counter of the reason why there are none; null: they are taken
   */
  @Nullable Counter hold(int octets) {
    return switch (loop.held.take(user.held, octets)) {
      case TAKEN -> null;
      case SHARE_IS_FULL -> Counter.UDP_DROPPED_SHARE_FULL;
      case ALL_IS_FULL -> Counter.UDP_DROPPED_MEMORY_FULL;
    };
  }

  void release(int octets) {
    loop.held.give(user.held, octets);
  }

  /** Takes room for one more destination or remote. */
  boolean remember() {
    return loop.known.take(user.known, 1) == LoopLoan.Taken.TAKEN;
  }

  void forget(int entries) {
    loop.known.give(user.known, entries);
  }

  /** Entries that were forgotten to make room for others. */
  void forgotten() {
    loop.counters().add(Counter.UDP_DESTINATIONS_FORGOTTEN, 1);
  }
}
