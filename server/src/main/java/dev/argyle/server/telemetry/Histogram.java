package dev.argyle.server.telemetry;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** What is timed, one line each. Few fixed buckets, so that a time costs two additions. */
public enum Histogram {
  HANDSHAKE(
      "handshake_seconds",
      "handshakes",
      "From accept to the request, with the login; of clients that came to a request.",
      Bounds.SHORT),
  NAME_LOOKUP(
      "name_lookup_seconds",
      "name look-ups",
      "From the question for a name to the answers of both families, from cache or name servers.",
      Bounds.SHORT),
  DIAL(
      "dial_seconds",
      "dials",
      "From a CONNECT request to the connection with its destination, with the name look-up.",
      Bounds.SHORT),
  FIRST_OCTET(
      "first_byte_seconds",
      "first bytes",
      "From accept to the first byte from the destination: what a user waits for, all in all.",
      Bounds.SHORT),
  TUNNEL(
      "tunnel_seconds",
      "tunnels",
      "From accept to end, of connections that had a tunnel (CONNECT, BIND), as in the access log.",
      Bounds.LONG);

  /** Upper bounds, inclusive, in nanoseconds; what is longer is in a last bucket of its own. */
  private static final class Bounds {
    static final long[] SHORT = nanos(TimeUnit.MILLISECONDS, 1, 5, 20, 100, 500, 2_000, 10_000);
    static final long[] LONG =
        nanos(TimeUnit.MILLISECONDS, 100, 1_000, 10_000, 60_000, 600_000, 3_600_000, 21_600_000);

    private static long[] nanos(TimeUnit unit, long... bounds) {
      return Arrays.stream(bounds).map(unit::toNanos).toArray();
    }
  }

  /** Buckets of each, the last one included. */
  static final int BUCKETS = 8;

  private final String family;
  private final String words;
  private final String meaning;
  private final long[] boundNanos;

  Histogram(String family, String words, String meaning, long[] boundNanos) {
    this.family = family;
    this.words = words;
    this.meaning = meaning;
    this.boundNanos = boundNanos;
  }

  /** The name in {@code /metrics}, of seconds. */
  public String metric() {
    return "argyle_" + family;
  }

  /** A few words for a page or a screen. */
  public String words() {
    return words;
  }

  /** What exactly is timed, one sentence. */
  public String meaning() {
    return meaning;
  }

  /** The upper bound of a bucket, inclusive, in nanoseconds; the last bucket has none. */
  public long boundNanos(int bucket) {
    return boundNanos[bucket];
  }

  int bucket(long nanos) {
    int bucket = 0;
    while (bucket < BUCKETS - 1 && nanos > boundNanos[bucket]) {
      bucket++;
    }
    return bucket;
  }

  /**
   * The times of all loops.
   *
   * @param counts of each bucket alone, not of those below it
   * @param sumNanos of all of them
   */
  public record Times(long[] counts, long sumNanos) {}
}
