package dev.argyle.server.admission;

import dev.argyle.server.config.Network;
import dev.argyle.wire.Source;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The penalties of sources for misbehaviour, as OpenSSH's PerSourcePenalties. One table for every
 * door; shared by threads; everything mutable is under {@code lock}, which is held for well under a
 * microsecond.
 *
 * <p>Each failure adds its seconds to the penalty of its {@link Source}, and time takes them off
 * again, so a penalty is the time when it expires. The higher it is, the longer the answer to a
 * failure is held back ({@link #delay}). From {@link #THRESHOLD} on the source is refused when it
 * arrives, until its penalty has expired. No penalty is above {@link #CAP}. A successful login does
 * not lower it: otherwise one good account would make it free to guess others.
 *
 * <p>Sources of exempt networks are not penalised. At the SOCKS door, those of {@link RightLogins}
 * are slowed and not refused.
 *
 * <p>Loopback is delayed as any other source, but never refused: everybody on this machine has it,
 * and so has every web page that one of them looks at.
 *
 * <p>IPv4 and IPv6 have a table each, of at most {@link #MAX_SOURCES}, so that the owner of many
 * IPv6 networks cannot push IPv4 sources out. In a full table the entry that expires first gives
 * its place to the new one, so a full table never refuses a new source.
 */
public final class Penalties {

  /** What is penalised, and for how long. */
  public enum Reason {
    /** A wrong password, at any door. */
    AUTHENTICATION_FAILED(5),
    /** A handshake that was not done within its timeout. */
    HANDSHAKE_TIMEOUT(5),
    /** Octets that violate the door's protocol. */
    MALFORMED(2);

    private final long nanos;

    Reason(int seconds) {
      this.nanos = TimeUnit.SECONDS.toNanos(seconds);
    }

    Duration debt() {
      return Duration.ofNanos(nanos);
    }
  }

  /**
   * The part of the time that we hash for a wrong password, for which the guesser pays in penalty:
   * whoever guesses without a pause has a tenth of a hashing thread.
   */
  static final int PENALTY_PER_HASHING_TIME = 10;

  /** What one of our own hashes takes, on a machine of today. */
  static final Duration OUR_HASH = Duration.ofMillis(50);

  /** Of the time for which somebody kept a place for nothing: half, as at a timeout of 10 s. */
  static final int PLACE_HELD_PER_PENALTY = 2;

  /** Whoever keeps a place for less than this owes nothing: it may have been a health check. */
  static final Duration FREE = Duration.ofMillis(100);

  /** From this debt on a client that left before its request has a line in the log. */
  static final Duration LOGGED_DEBT = Duration.ofSeconds(1);

  /** From this penalty on a source is refused until it has expired. */
  public static final Duration THRESHOLD = Duration.ofSeconds(30);

  /** The highest penalty. */
  public static final Duration CAP = Duration.ofMinutes(10);

  /** The longest that an answer is held back: well within a handshake's timeout. */
  public static final Duration MAX_DELAY = Duration.ofSeconds(3);

  /** Sources in each of the two tables. */
  public static final int MAX_SOURCES = 32_768;

  private static final long THRESHOLD_NANOS = THRESHOLD.toNanos();
  private static final long CAP_NANOS = CAP.toNanos();

  /** A source's penalty. */
  private static final class Penalty implements Comparable<Penalty> {
    final long source;
    long expiresNanos; // only changed outside of the tree
    boolean refused;

    Penalty(long source) {
      this.source = source;
    }

    @Override
    public int compareTo(Penalty other) {
      long difference = expiresNanos - other.expiresNanos; // nanoTime may wrap
      return difference != 0 ? Long.signum(difference) : Long.compare(source, other.source);
    }
  }

  /** The sources of one family. */
  private static final class Table {
    final Map<Long, Penalty> bySource = new HashMap<>();
    final TreeSet<Penalty> byTime = new TreeSet<>();

    void remove(Penalty penalty) {
      byTime.remove(penalty);
      bySource.remove(penalty.source);
    }

    void add(Penalty penalty) {
      byTime.add(penalty);
      bySource.put(penalty.source, penalty);
    }
  }

  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private final Table four = new Table(); // under lock
  private final Table six = new Table(); // under lock
  private volatile boolean empty = true; // most servers, most of the time: no lock taken
  private volatile boolean enabled = true;
  private volatile List<Network> exempt = List.of();

  Penalties(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Sources of these networks are neither penalised nor refused. */
  void exempt(List<Network> networks) {
    exempt = networks;
  }

  private boolean isExempt(InetAddress source) {
    for (Network network : exempt) {
      if (network.contains(source)) {
        return true;
      }
    }
    return false;
  }

  /** Switched off, nobody is penalised, and all penalties are dropped. */
  void enable(boolean on) {
    lock.lock();
    try {
      enabled = on;
      if (!on) {
        for (Table table : new Table[] {four, six}) {
          table.bySource.clear();
          table.byTime.clear();
        }
        empty = true;
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * For a wrong password.
   *
   * @param hashes what its verification cost, in hashes of ours, at least 1
   */
  static Duration ofPassword(int hashes) {
    Duration ofTime = OUR_HASH.multipliedBy((long) PENALTY_PER_HASHING_TIME * hashes);
    Duration least = Duration.ofNanos(Reason.AUTHENTICATION_FAILED.nanos);
    return ofTime.compareTo(least) > 0 ? ofTime : least;
  }

  /** For a place that was kept for so long, and left before the request was there. */
  static Duration ofPlaceHeld(long heldNanos) {
    return heldNanos < FREE.toNanos()
        ? Duration.ZERO
        : Duration.ofNanos(
            Math.min(heldNanos / PLACE_HELD_PER_PENALTY, Reason.HANDSHAKE_TIMEOUT.nanos));
  }

  /**
   * Adds to the penalty of a source.
   *
   * @return how long it is refused, if that begins now (to be logged, once); null otherwise
   */
  public @Nullable Duration penalise(InetAddress source, Reason reason) {
    return penalise(source, reason.nanos);
  }

  /** As above. */
  @Nullable Duration penalise(InetAddress source, Duration debt) {
    return penalise(source, debt.toNanos());
  }

  private @Nullable Duration penalise(InetAddress source, long debtNanos) {
    Source key = Source.of(source);
    lock.lock();
    try {
      if (!enabled || isExempt(source)) {
        return null;
      }
      Table table = table(key);
      long now = nanoTime.getAsLong();
      Penalty penalty = find(key, now);
      long nanos = Math.min(CAP_NANOS, debtNanos);
      if (penalty == null) {
        makeRoom(table, now);
        penalty = new Penalty(key.key());
      } else {
        nanos = Math.min(CAP_NANOS, nanos + penalty.expiresNanos - now);
        table.remove(penalty);
      }
      penalty.expiresNanos = now + nanos;
      table.add(penalty);
      empty = false;
      if (penalty.refused || nanos < THRESHOLD_NANOS || source.isLoopbackAddress()) {
        return null;
      }
      penalty.refused = true;
      return Duration.ofNanos(nanos);
    } finally {
      lock.unlock();
    }
  }

  /** Whether a source is refused for now. */
  public boolean refuses(InetAddress source) {
    if (empty || isExempt(source)) {
      return false;
    }
    lock.lock();
    try {
      Penalty penalty = find(Source.of(source), nanoTime.getAsLong());
      return penalty != null && penalty.refused;
    } finally {
      lock.unlock();
    }
  }

  /**
   * How long to hold back the answer to a failure of this source, the penalty for it included: zero
   * after the first one, then longer and longer, up to {@link #MAX_DELAY}.
   */
  public Duration delay(InetAddress source) {
    long nanos = nanos(source);
    if (nanos <= Reason.AUTHENTICATION_FAILED.nanos) {
      return Duration.ZERO;
    }
    double part = Math.min(1.0, (double) nanos / THRESHOLD_NANOS);
    return Duration.ofMillis((long) (MAX_DELAY.toMillis() * part));
  }

  /** The penalty of a source; zero: none. */
  public Duration penalty(InetAddress source) {
    return Duration.ofNanos(nanos(source));
  }

  private long nanos(InetAddress source) {
    if (empty || isExempt(source)) {
      return 0;
    }
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      Penalty penalty = find(Source.of(source), now);
      return penalty == null ? 0 : penalty.expiresNanos - now;
    } finally {
      lock.unlock();
    }
  }

  /** How many sources are in the tables, expired ones that were not looked at included. */
  public int sources() {
    lock.lock();
    try {
      return four.bySource.size() + six.bySource.size();
    } finally {
      lock.unlock();
    }
  }

  /** Under the lock. */
  private @Nullable Penalty find(Source source, long now) {
    Table table = table(source);
    Penalty penalty = table.bySource.get(source.key());
    if (penalty == null || penalty.expiresNanos - now > 0) {
      return penalty;
    }
    table.remove(penalty); // it has expired
    empty = four.bySource.isEmpty() && six.bySource.isEmpty();
    return null;
  }

  /** Under the lock: an insertion evicts up to two expired entries, and one anyway if full. */
  private static void makeRoom(Table table, long now) {
    for (int i = 0; i < 2 && !table.byTime.isEmpty(); i++) {
      Penalty first = table.byTime.first();
      if (first.expiresNanos - now <= 0 || table.bySource.size() >= MAX_SOURCES) {
        table.remove(first);
      }
    }
  }

  private Table table(Source source) {
    return source.six() ? six : four;
  }
}
