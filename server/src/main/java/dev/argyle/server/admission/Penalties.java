package dev.argyle.server.admission;

import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What sources owe for misbehaving, as OpenSSH's PerSourcePenalties. One table for every door;
 * shared by threads; everything mutable is under {@code lock}, which is held for well under a
 * microsecond. A source is an IPv4 address, or the /64 of an IPv6 address: a household is given no
 * less, so single addresses would be free to change.
 *
 * <p>Each misdeed adds its seconds to what the source owes; a second of time takes one off, so the
 * debt is a point in time. The more is owed, the longer a refusal's answer is held back ({@link
 * #delay}). From {@link #THRESHOLD} on the source is refused when it arrives, until all is paid; no
 * more than {@link #CAP} is ever owed. Logging in pays nothing: else one good account would make
 * guessing others free.
 *
 * <p>Loopback counts as any other source. IPv4 and IPv6 have a table each, of at most {@link
 * #MAX_SOURCES}, so that one who owns many IPv6 networks cannot push IPv4 sources out. In a full
 * table the one who is nearest to having paid gives its place to the new one: what is full never
 * refuses a stranger.
 */
public final class Penalties {

  /** What is penalised, and how much is owed for it. */
  public enum Reason {
    /** A wrong password, at any door. */
    AUTHENTICATION_FAILED(5),
    /** A handshake that was not done within its timeout. */
    HANDSHAKE_TIMEOUT(5),
    /** Octets that are not the door's protocol. */
    MALFORMED(2);

    private final long nanos;

    Reason(int seconds) {
      this.nanos = TimeUnit.SECONDS.toNanos(seconds);
    }

    public Duration owed() {
      return Duration.ofNanos(nanos);
    }
  }

  /** Who owes this much is refused until all is paid. */
  public static final Duration THRESHOLD = Duration.ofSeconds(30);

  /** The most that is ever owed. */
  public static final Duration CAP = Duration.ofMinutes(10);

  /** The longest that an answer is held back: well within a handshake's timeout. */
  public static final Duration MAX_DELAY = Duration.ofSeconds(3);

  /** Sources in each of the two tables. */
  public static final int MAX_SOURCES = 32_768;

  private static final long THRESHOLD_NANOS = THRESHOLD.toNanos();
  private static final long CAP_NANOS = CAP.toNanos();

  /** A source's debt. */
  private static final class Debt implements Comparable<Debt> {
    final long source;
    long paidNanos; // when all will be paid; only changed outside of the tree
    boolean refused;

    Debt(long source) {
      this.source = source;
    }

    @Override
    public int compareTo(Debt other) {
      long difference = paidNanos - other.paidNanos; // nanoTime may wrap
      return difference != 0 ? Long.signum(difference) : Long.compare(source, other.source);
    }
  }

  /** The sources of one family. */
  private static final class Table {
    final Map<Long, Debt> bySource = new HashMap<>();
    final TreeSet<Debt> byTime = new TreeSet<>();

    void remove(Debt debt) {
      byTime.remove(debt);
      bySource.remove(debt.source);
    }

    void add(Debt debt) {
      byTime.add(debt);
      bySource.put(debt.source, debt);
    }
  }

  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private final Table four = new Table(); // under lock
  private final Table six = new Table(); // under lock
  private volatile boolean empty = true; // most servers, most of the time: no lock taken
  private volatile boolean enabled = true;

  Penalties(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Switched off, nobody is penalised, and all debts are forgiven. */
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
   * Adds to what a source owes.
   *
   * @return how long it is refused, if that begins now (to be logged, once); null otherwise
   */
  public @Nullable Duration penalise(InetAddress source, Reason reason) {
    Source key = Source.of(source);
    lock.lock();
    try {
      if (!enabled) {
        return null;
      }
      Table table = table(key);
      long now = nanoTime.getAsLong();
      Debt debt = owing(key, now);
      long owed = reason.nanos;
      if (debt == null) {
        makeRoom(table, now);
        debt = new Debt(key.key());
      } else {
        owed = Math.min(CAP_NANOS, owed + debt.paidNanos - now);
        table.remove(debt);
      }
      debt.paidNanos = now + owed;
      table.add(debt);
      empty = false;
      if (debt.refused || owed < THRESHOLD_NANOS) {
        return null;
      }
      debt.refused = true;
      return Duration.ofNanos(owed);
    } finally {
      lock.unlock();
    }
  }

  /** Whether a source is refused for now. */
  public boolean refuses(InetAddress source) {
    if (empty) {
      return false;
    }
    lock.lock();
    try {
      Debt debt = owing(Source.of(source), nanoTime.getAsLong());
      return debt != null && debt.refused;
    } finally {
      lock.unlock();
    }
  }

  /**
   * How long to hold back the answer to a failure of this source, its debt for that failure
   * included: zero after the first one, then longer and longer, up to {@link #MAX_DELAY}.
   */
  public Duration delay(InetAddress source) {
    long owed = owedNanos(source);
    if (owed <= Reason.AUTHENTICATION_FAILED.nanos) {
      return Duration.ZERO;
    }
    double part = Math.min(1.0, (double) owed / THRESHOLD_NANOS);
    return Duration.ofMillis((long) (MAX_DELAY.toMillis() * part));
  }

  /** What a source owes. */
  public Duration owed(InetAddress source) {
    return Duration.ofNanos(owedNanos(source));
  }

  private long owedNanos(InetAddress source) {
    if (empty) {
      return 0;
    }
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      Debt debt = owing(Source.of(source), now);
      return debt == null ? 0 : debt.paidNanos - now;
    } finally {
      lock.unlock();
    }
  }

  /** How many sources are in the tables, those who have paid and were not looked at included. */
  public int sources() {
    lock.lock();
    try {
      return four.bySource.size() + six.bySource.size();
    } finally {
      lock.unlock();
    }
  }

  /** Under the lock. */
  private @Nullable Debt owing(Source source, long now) {
    Table table = table(source);
    Debt debt = table.bySource.get(source.key());
    if (debt == null || debt.paidNanos - now > 0) {
      return debt;
    }
    table.remove(debt); // all is paid
    empty = four.bySource.isEmpty() && six.bySource.isEmpty();
    return null;
  }

  /** Under the lock: two who have paid go for every one who comes, and one in any case if full. */
  private static void makeRoom(Table table, long now) {
    for (int i = 0; i < 2 && !table.byTime.isEmpty(); i++) {
      Debt first = table.byTime.first();
      if (first.paidNanos - now <= 0 || table.bySource.size() >= MAX_SOURCES) {
        table.remove(first);
      }
    }
  }

  private Table table(Source source) {
    return source.six() ? six : four;
  }
}
