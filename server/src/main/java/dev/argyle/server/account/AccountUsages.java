package dev.argyle.server.account;

import dev.argyle.server.config.OwnAttributes;
import dev.argyle.server.config.UsagePeriod;
import dev.argyle.server.telemetry.AccountUsage;
import dev.argyle.server.telemetry.AccountUsage.Unstored;
import java.net.InetAddress;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What those accounts have used that somebody has logged in to since the start; it is written about
 * once a second. Shared by threads; only writing blocks. There are no more of them than accounts,
 * which {@code accounts.max-users} bounds, and each takes some 200 octets. As long as the disk
 * fails nothing is lost: it waits in the same place.
 */
public final class AccountUsages implements AutoCloseable {

  /** Accounts that one transaction writes; others write between two of them. */
  private static final int AT_ONCE = 1_000;

  private final AccountStore store;
  private final InstantSource clock;
  private final ConcurrentHashMap<String, AccountUsage> byName = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<AccountUsage> changed = new ConcurrentLinkedQueue<>();
  private final PeriodicWrites writes = new PeriodicWrites("the usage of accounts", this::write);
  private volatile boolean addresses = true;
  private volatile boolean started;
  private volatile ZoneId zone = ZoneId.systemDefault();
  private volatile Function<OwnAttributes, UsagePeriod> periods =
      own -> own.values().periodOfUsage();

  AccountUsages(AccountStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /**
   * Begins to count and to write; before anybody logs in.
   *
   * @param newZone in which periods begin
   * @param newPeriods how the usage of an account is added up
   * @param collect adds what passed on open connections since the last call
   */
  public void start(
      ZoneId newZone, Function<OwnAttributes, UsagePeriod> newPeriods, Runnable collect) {
    zone = newZone;
    periods = newPeriods;
    started = true;
    writes.start(collect);
  }

  /** That of an account which somebody has logged in to; null: nobody has. Never blocks. */
  public @Nullable AccountUsage find(String name) {
    return byName.get(name);
  }

  /** Whether the addresses of clients are noted from now on; what is stored stays. */
  public void addresses(boolean noted) {
    addresses = noted;
  }

  /** A client has logged in; as {@link #find}. */
  public @Nullable AccountUsage seen(String name, InetAddress client) {
    AccountUsage usage = find(name);
    if (usage != null && addresses) {
      usage.seen(client);
    }
    return usage;
  }

  /**
   * From now on what this account uses is counted. Not before {@link #start}: its period would be
   * taken for another one, and begin with nothing.
   */
  void load(AccountRow row) {
    if (!started) {
      return;
    }
    Account account = row.account();
    byName.compute(
        account.name().text(),
        (_, there) -> {
          if (there != null && there.account() == row.id()) {
            return there;
          }
          if (there != null) {
            there.close();
          }
          return new AccountUsage(
              row.id(),
              account.used(),
              row.resets(),
              periods.apply(account.own()),
              clock,
              zone,
              changed::add);
        });
  }

  /** An account as it is shown: with what was used a moment ago. */
  Account current(AccountRow row) {
    Account account = row.account();
    AccountUsage usage = byName.get(account.name().text());
    return usage == null || usage.account() != row.id()
        ? account
        : account.with(account.lastConnectionMillis(), usage.now());
  }

  /** Under the change log's lock. */
  void changed(AccountEvent event) {
    switch (event) {
      case AccountEvent.Removed(String name) -> {
        AccountUsage gone = byName.remove(name);
        if (gone != null) {
          gone.close();
        }
      }
      case AccountEvent.Renamed(String name, String newName) -> {
        AccountUsage usage = byName.remove(name);
        if (usage != null) {
          byName.put(newName, usage);
        }
      }
      case AccountEvent.UsageReset(String name) -> {
        AccountUsage usage = byName.get(name);
        if (usage != null) {
          usage.reset(resets(usage.account()));
        }
      }
      case AccountEvent.Disabled _,
          AccountEvent.PasswordChanged _,
          AccountEvent.FlagsChanged _,
          AccountEvent.AttributesChanged _,
          // after many, another account of a name is found by its number, and a reset when the
          // usage is written next
          AccountEvent.Many _ -> {}
    }
  }

  private long resets(long account) {
    try {
      return store.usageResets(account);
    } catch (AccountStoreException failed) { // which is told where accounts are read
      return AccountUsage.NO_RESET_KNOWN;
    }
  }

  /**
   * Writes what waits, without waiting for other writers. What cannot be written goes on waiting.
   *
   * @return false: another process is writing
   */
  boolean write() {
    boolean written = true;
    for (int left = changed.size(); left > 0 && written; left -= AT_ONCE) {
      written = write(take(Math.min(left, AT_ONCE)));
    }
    return written;
  }

  private List<AccountUsage> take(int most) {
    List<AccountUsage> some = new ArrayList<>();
    while (some.size() < most) {
      AccountUsage usage = changed.poll();
      if (usage == null) {
        break;
      }
      some.add(usage);
    }
    return some;
  }

  private boolean write(List<AccountUsage> some) {
    List<Unstored> batch = new ArrayList<>();
    List<AccountUsage> theirs = new ArrayList<>();
    for (AccountUsage usage : some) {
      Unstored what = usage.unstored();
      if (what != null) {
        batch.add(what);
        theirs.add(usage);
      }
    }
    long[] resets = null;
    try {
      resets = store.usage().add(batch);
    } finally {
      for (int i = 0; i < batch.size(); i++) {
        if (resets != null) {
          theirs.get(i).stored(batch.get(i), resets[i]);
        } else {
          theirs.get(i).notStored();
        }
      }
    }
    return resets != null;
  }

  /** Writes what waits, for the last time. */
  @Override
  public void close() {
    writes.close();
  }
}
