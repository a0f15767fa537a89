package dev.argyle.server.admission;

import dev.argyle.server.config.Network;
import dev.argyle.server.telemetry.Door;
import dev.argyle.wire.Source;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
    MALFORMED(2),
    /** A place that was kept for a while, and left before the request: see {@link #ofPlaceHeld}. */
    LEFT_EARLY(0);

    private final long nanos;

    Reason(int seconds) {
      this.nanos = TimeUnit.SECONDS.toNanos(seconds);
    }

    /** As lists write it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
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

  /** Entries that {@link #page} gives at once: the lock is held for some 20 microseconds. */
  public static final int MAX_PAGE = 1_000;

  private static final long THRESHOLD_NANOS = THRESHOLD.toNanos();
  private static final long CAP_NANOS = CAP.toNanos();

  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private final PenaltyTable four = new PenaltyTable(false, MAX_SOURCES); // under lock
  private final PenaltyTable six = new PenaltyTable(true, MAX_SOURCES); // under lock
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
        four.clear();
        six.clear();
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
    return penalise(source, null, reason, reason.debt());
  }

  /** As above, by another debt than the reason's usual one. */
  @Nullable Duration penalise(
      InetAddress source, @Nullable Door door, Reason reason, Duration debt) {
    Source key = Source.of(source);
    lock.lock();
    try {
      if (!enabled || isExempt(source)) {
        return null;
      }
      PenaltyTable table = table(key);
      long now = nanoTime.getAsLong();
      PenaltyTable.Penalty penalty = find(key, now);
      long nanos = Math.min(CAP_NANOS, debt.toNanos());
      if (penalty == null) {
        table.makeRoom(now);
        penalty = new PenaltyTable.Penalty(key.key());
      } else {
        nanos = Math.min(CAP_NANOS, nanos + penalty.expiresNanos - now);
        table.remove(penalty);
      }
      penalty.expiresNanos = now + nanos;
      penalty.reason = reason;
      penalty.door = door;
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
      PenaltyTable.Penalty penalty = find(Source.of(source), nanoTime.getAsLong());
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
      PenaltyTable.Penalty penalty = find(Source.of(source), now);
      return penalty == null ? 0 : penalty.expiresNanos - now;
    } finally {
      lock.unlock();
    }
  }

  /**
   * A page of the penalties that have not expired: IPv4 before IPv6, ascending by source.
   *
   * @param after only greater sources; null: from the first
   * @param limit at most so many, and {@link #MAX_PAGE}
   */
  public List<PenaltyEntry> page(@Nullable Source after, int limit) {
    List<PenaltyEntry> page = new ArrayList<>();
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      int most = Math.min(limit, MAX_PAGE);
      if (after == null || !after.six()) {
        four.addTo(page, after == null ? null : after.key(), most, now);
      }
      six.addTo(page, after != null && after.six() ? after.key() : null, most, now);
    } finally {
      lock.unlock();
    }
    return page;
  }

  /**
   * Drops the penalty of a source, as if it had expired.
   *
   * @return false: it has none
   */
  public boolean forgive(Source source) {
    lock.lock();
    try {
      PenaltyTable.Penalty penalty = find(source, nanoTime.getAsLong());
      if (penalty == null) {
        return false;
      }
      table(source).remove(penalty);
      empty = four.size() + six.size() == 0;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** How many sources are in the tables, expired ones that were not looked at included. */
  public int sources() {
    lock.lock();
    try {
      return four.size() + six.size();
    } finally {
      lock.unlock();
    }
  }

  /** Under the lock. */
  private PenaltyTable.@Nullable Penalty find(Source source, long now) {
    PenaltyTable table = table(source);
    PenaltyTable.Penalty penalty = table.find(source.key());
    if (penalty == null || penalty.expiresNanos - now > 0) {
      return penalty;
    }
    table.remove(penalty); // it has expired
    empty = four.size() + six.size() == 0;
    return null;
  }

  private PenaltyTable table(Source source) {
    return source.six() ? six : four;
  }
}
