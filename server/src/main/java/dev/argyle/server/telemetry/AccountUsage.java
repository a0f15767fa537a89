package dev.argyle.server.telemetry;

import dev.argyle.server.config.UsagePeriod;
import dev.argyle.wire.Addresses;
import java.net.InetAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one account has used: what the store knows, and what came since. Any thread adds and reads;
 * one thread takes what is to be stored. Everything is under the monitor, which is held for a few
 * steps.
 *
 * <p>What is stored is added to what the store has, and forgotten here when the store has it. So a
 * crash loses what was not stored yet, and nothing is counted twice.
 *
 * <p>A reset begins the period of the store at once, and that of this object a moment later, while
 * something may be on its way to the store. Both number resets: what was used before this object
 * followed one is not added to the period that the reset began, so the two stay the same.
 */
public final class AccountUsage {

  /**
   * What was used.
   *
   * @param up payload octets from clients, since the account is there
   * @param down payload octets to clients
   * @param connections that have logged in
   * @param address where the last one came from; null: none has
   * @param sinceMillis the first moment of the period, since 1970
   * @param periodUp octets in this period
   * @param periodDown the same
   */
  public record Used(
      long up,
      long down,
      long connections,
      @Nullable String address,
      long sinceMillis,
      long periodUp,
      long periodDown) {

    /** Nothing. */
    public static final Used NOTHING = new Used(0, 0, 0, null, 0, 0, 0);

    private Used plus(long moreUp, long moreDown, int more) {
      return new Used(
          up + moreUp,
          down + moreDown,
          connections + more,
          address,
          sinceMillis,
          periodUp + moreUp,
          periodDown + moreDown);
    }

    private Used from(String client) {
      return new Used(up, down, connections, client, sinceMillis, periodUp, periodDown);
    }

    /** With the period and the address of another. */
    private Used in(Used other) {
      return new Used(
          up, down, connections, other.address, other.sinceMillis, periodUp, periodDown);
    }

    /** Without what was used in the period, which is counted in the sums alone. */
    public Used withoutPeriod() {
      return anew(sinceMillis);
    }

    private Used anew(long newSinceMillis) {
      return new Used(up, down, connections, address, newSinceMillis, 0, 0);
    }
  }

  /**
   * What the store does not know yet.
   *
   * @param more to be added; the address and the beginning of the period are those of now
   * @param restarts how often the period had begun anew
   * @param resets the last of the store's resets that is known here; {@link #NO_RESET_KNOWN}
   */
  public record Unstored(long account, Used more, int restarts, long resets) {}

  /**
   * No number of resets: the store could not be asked for it, and tells it when it is written to.
   */
  public static final long NO_RESET_KNOWN = -1;

  private final long account;
  private final InstantSource clock;
  private final ZoneId zone;
  private final Consumer<AccountUsage> onChange;

  // under the monitor
  private UsagePeriod period;
  private long endMillis; // of the period
  private Used used;
  private Used more = Used.NOTHING;
  private boolean changed;
  private boolean closed;
  private int restarts;
  private long resets; // those of the store that this has followed

  /**
   * @param account its number in the store
   * @param stored what the store has
   * @param resets how often the store had begun its period anew by then
   * @param period how usage is added up
   * @param onChange is told, under the monitor, that there is something to store; once until {@link
   *     #unstored}
   */
  public AccountUsage(
      long account,
      Used stored,
      long resets,
      UsagePeriod period,
      InstantSource clock,
      ZoneId zone,
      Consumer<AccountUsage> onChange) {
    this.account = account;
    this.used = stored;
    this.resets = resets;
    this.period = period;
    this.clock = clock;
    this.zone = zone;
    this.onChange = onChange;
    look();
  }

  /** Its number in the store. */
  public long account() {
    return account;
  }

  /** What was used, up to now. */
  public synchronized Used now() {
    beginIfDue();
    return used;
  }

  /** How often the period began with nothing; another number means that it did so since. */
  public synchronized int restarts() {
    return restarts;
  }

  /** Begins another period if it is time; returns {@link #restarts}. */
  public synchronized int lookAgain() {
    beginIfDue();
    return restarts;
  }

  private void beginIfDue() {
    long now = clock.millis();
    if (now >= endMillis || now < used.sinceMillis) {
      look();
    }
  }

  private void look() {
    Instant now = clock.instant();
    Instant end = period.end(now, zone);
    endMillis = end == null ? Long.MAX_VALUE : end.toEpochMilli();
    long since = period.start(now, zone).toEpochMilli();
    if (since != used.sinceMillis) {
      begins(since);
    }
  }

  private void begins(long since) {
    used = used.anew(since);
    more = more.anew(since);
    restarts++;
  }

  /** How usage is added up from now on; if that is another way, it begins with nothing. */
  public synchronized void period(UsagePeriod now) {
    if (!now.equals(period)) {
      period = now;
      look();
    }
  }

  /**
   * The store has begun the period anew: an administrator wanted it.
   *
   * @param now how often it has done so; if that is known already, nothing changes
   */
  public synchronized void reset(long now) {
    if (now != resets || now == NO_RESET_KNOWN) {
      resets = now;
      begins(used.sinceMillis);
    }
  }

  /** The account is gone: nothing is stored any more. */
  public synchronized void close() {
    closed = true;
  }

  /** A client has logged in. */
  public synchronized void seen(InetAddress client) {
    String address = Addresses.text(client);
    used = used.from(address);
    changes();
  }

  synchronized void add(long up, long down, int connections) {
    beginIfDue();
    used = used.plus(up, down, connections);
    more = more.plus(up, down, connections);
    changes();
  }

  private void changes() {
    if (!changed && !closed) {
      changed = true;
      onChange.accept(this);
    }
  }

  /** Takes what is to be stored; null: nothing is. */
  public synchronized @Nullable Unstored unstored() {
    changed = false;
    if (closed) {
      return null;
    }
    return new Unstored(account, more.in(used), restarts, resets);
  }

  /**
   * The store has it.
   *
   * @param storedResets how often the store had begun the period anew when it took it. If that is
   *     not what was known here by then, it has added nothing to its period, and the period begins
   *     anew here too, unless it has done so since
   */
  public synchronized void stored(Unstored what, long storedResets) {
    Used had = what.more;
    boolean same = what.restarts == restarts;
    more =
        new Used(
            more.up - had.up,
            more.down - had.down,
            more.connections - had.connections,
            more.address,
            more.sinceMillis,
            more.periodUp - (same ? had.periodUp : 0),
            more.periodDown - (same ? had.periodDown : 0));
    if (storedResets != what.resets && resets == what.resets) {
      reset(storedResets);
    }
  }

  /** The store could not take it: it is to be tried again. */
  public synchronized void notStored() {
    changes();
  }
}
