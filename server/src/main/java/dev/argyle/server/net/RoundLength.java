package dev.argyle.server.net;

/**
 * How long the turns of bulk are in a round of a {@link LoopTurns}.
 *
 * <p>Long turns cost less processor time an octet: the kernel is asked for events less often, and a
 * peer that is served for longer at a time is woken less often. But whoever sends a small message
 * waits for them. So turns are short from the first small message on, until there was none for
 * {@link #PROMPT_NANOS}; only that first message waits for a long one.
 *
 * <p>Only the loop's thread touches it.
 */
final class RoundLength {

  /** How long turns stay short after the last small message or step of a new client. */
  static final long PROMPT_NANOS = 1_000_000_000;

  static final long SHORT_NANOS = 125_000;
  static final long LONG_NANOS = 1_000_000;

  static final int LEAST_SHARE_OCTETS = 128 * 1024;
  static final int LARGEST_SHARE_OCTETS = 512 * 1024;

  /** A share of a long round: about a millisecond's. */
  static final int LONG_SHARE_OCTETS = 4 * 1024 * 1024;

  /** What the turns of a short round move, roughly. */
  private static final int SHORT_ROUND_OCTETS = 1 << 20;

  private boolean prompted;
  private boolean isShort = true;
  private long shortUntilNanos;

  /**
   * @param nowNanos by {@link System#nanoTime}
   */
  RoundLength(long nowNanos) {
    shortUntilNanos = nowNanos + PROMPT_NANOS;
  }

  /** Somebody who waits for an answer was served. */
  void prompt() {
    prompted = true;
    isShort = true;
  }

  /**
   * What turns of bulk take of the round that begins now, all together.
   *
   * @param nowNanos by {@link System#nanoTime}
   */
  long bulkNanos(long nowNanos) {
    if (prompted) {
      prompted = false;
      shortUntilNanos = nowNanos + PROMPT_NANOS;
    } else if (isShort && nowNanos - shortUntilNanos >= 0) {
      isShort = false;
    }
    return isShort ? SHORT_NANOS : LONG_NANOS;
  }

  /**
   * How many octets a turn may move while that many others wait: in short rounds less as more do.
   */
  int shareOctets(int waiting) {
    return isShort
        ? Math.clamp(SHORT_ROUND_OCTETS / (waiting + 1), LEAST_SHARE_OCTETS, LARGEST_SHARE_OCTETS)
        : LONG_SHARE_OCTETS;
  }
}
