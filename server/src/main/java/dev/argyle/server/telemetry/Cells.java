package dev.argyle.server.telemetry;

import dev.argyle.wire.socks.Method;
import org.jspecify.annotations.Nullable;

/** Where what is counted lies in the cells of whoever counts; the same for all of them. */
final class Cells {

  private static final int METHODS = Method.values().length + 1; // and none chosen yet
  private static final int OUTCOMES = HandshakeOutcome.values().length;

  /** The buckets of a histogram, and the sum of its times. */
  private static final int OF_HISTOGRAM = Histogram.BUCKETS + 1;

  private static final int ENDS = Counter.values().length;
  private static final int HANDSHAKES = ENDS + EndReason.values().length;
  private static final int TIMES = HANDSHAKES + METHODS * OUTCOMES;

  static final int COUNT = TIMES + Histogram.values().length * OF_HISTOGRAM;

  private Cells() {}

  static int of(Counter counter) {
    return counter.ordinal();
  }

  static int of(EndReason reason) {
    return ENDS + reason.ordinal();
  }

  /**
   * @param method null: none was chosen
   */
  static int of(@Nullable Method method, HandshakeOutcome outcome) {
    int row = method == null ? METHODS - 1 : method.ordinal();
    return HANDSHAKES + row * OUTCOMES + outcome.ordinal();
  }

  static int of(Histogram histogram, int bucket) {
    return TIMES + histogram.ordinal() * OF_HISTOGRAM + bucket;
  }

  static int sumOf(Histogram histogram) {
    return of(histogram, Histogram.BUCKETS);
  }
}
