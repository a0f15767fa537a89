package dev.argyle.server.manage.door;

import dev.argyle.server.admission.RateLimit;
import dev.argyle.wire.Source;
import java.util.HashMap;
import java.util.Map;

/**
 * Bounds the memory of long answers that are being sent, at all doors together: a client may be
 * slow to take one. A source may hold half of it, or one answer of any length: so an administrator
 * who asks and does not read takes no long answer from the others. Safe for any thread.
 */
public final class AnswerBudget {

  /** A longer answer is a long one. No reply of MASS is, and few of FEED are. */
  public static final int LONG_OCTETS = 128 * 1024;

  /** What may be held at once, and so the length of the longest answer. */
  public static final int MAX_OCTETS = 64 * 1024 * 1024;

  /** What a source may hold if it is more than one answer. */
  static final int MAX_OCTETS_OF_A_SOURCE = MAX_OCTETS / 2;

  /** Refused answers that are logged, a second: whoever asks for them could fill a disk. */
  private static final int LOGGED_A_SECOND = 1;

  private final RateLimit logged = new RateLimit(LOGGED_A_SECOND, System::nanoTime);

  // under the monitor
  private final Map<Source, Integer> ofSource = new HashMap<>();
  private int held;

  /** Whether there is room for one more of this length; {@link #release} gives it back. */
  synchronized boolean hold(Source source, int octets) {
    int before = ofSource.getOrDefault(source, 0);
    boolean own = before == 0 || before + octets <= MAX_OCTETS_OF_A_SOURCE;
    if (!own || octets > MAX_OCTETS - held) {
      return false;
    }
    ofSource.put(source, before + octets);
    held += octets;
    return true;
  }

  synchronized void release(Source source, int octets) {
    ofSource.computeIfPresent(source, (_, before) -> before == octets ? null : before - octets);
    held -= octets;
  }

  /** Whether an answer that found no room is to be logged, as others of this second were not. */
  boolean mayLog() {
    return logged.take();
  }

  synchronized long heldOctets() {
    return held;
  }
}
