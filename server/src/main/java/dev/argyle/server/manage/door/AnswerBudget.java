package dev.argyle.server.manage.door;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the memory of long answers that are being sent, at all doors together: a client may be
 * slow to take one. Safe for any thread.
 */
public final class AnswerBudget {

  /** A longer answer is a long one. No reply of MASS is, and few of FEED are. */
  public static final int LONG_OCTETS = 128 * 1024;

  /** What may be held at once, and so the length of the longest answer. */
  public static final int MAX_OCTETS = 64 * 1024 * 1024;

  private final AtomicLong held = new AtomicLong();

  /** Whether there is room for one more of this length; {@link #release} gives it back. */
  boolean hold(int octets) {
    if (held.addAndGet(octets) <= MAX_OCTETS) {
      return true;
    }
    held.addAndGet(-octets);
    return false;
  }

  void release(int octets) {
    held.addAndGet(-octets);
  }

  long heldOctets() {
    return held.get();
  }
}
