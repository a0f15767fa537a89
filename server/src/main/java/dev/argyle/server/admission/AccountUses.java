package dev.argyle.server.admission;

import static java.util.Objects.requireNonNull;

import dev.argyle.server.config.Attributes;
import dev.argyle.server.config.OwnAttributes;
import dev.argyle.server.config.UsagePeriod;
import dev.argyle.server.telemetry.AccountUsage;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The accounts that have attributes and somebody logged in, with the plans. Accounts without
 * attributes are not here. Safe for any thread; nothing blocks.
 *
 * <p>An account stays after its last connection until it could open and pass as much at once as
 * ever: otherwise whoever connects anew would get another burst. For each account that comes, two
 * are looked at that may go, so there are about as many as the fewest that must be kept.
 */
public final class AccountUses {

  private static final Logger LOG = LoggerFactory.getLogger(AccountUses.class);

  /** How long connections have to find an account that has got limits while they were open. */
  private static final long KEPT_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** How long an account with a quota stays at least: until its usage was counted. */
  private static final long COUNTED_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** For each account that comes. */
  private static final int LOOKED_AT = 2;

  private final LongSupplier nanoTime;
  private volatile ZoneId zone;
  private volatile Function<String, @Nullable AccountUsage> usages = _ -> null;
  private final ConcurrentHashMap<String, AccountUse> uses = new ConcurrentHashMap<>();
  private final Set<String> missingPlans = ConcurrentHashMap.newKeySet();
  private volatile Map<String, Attributes> plans = Map.of();
  private @Nullable Iterator<AccountUse> look; // under the monitor

  /**
   * @param nanoTime as {@link System#nanoTime}
   * @param zone of hours
   */
  public AccountUses(LongSupplier nanoTime, ZoneId zone) {
    this.nanoTime = nanoTime;
    this.zone = zone;
  }

  /**
   * Where the usage of accounts is, by name; before anybody logs in.
   *
   * @param newZone of hours
   */
  public void countedBy(Function<String, @Nullable AccountUsage> newUsages, ZoneId newZone) {
    usages = newUsages;
    zone = newZone;
  }

  /** How the usage of an account that says this is added up. */
  public UsagePeriod periodOfUsage(OwnAttributes own) {
    return own.in(plans).periodOfUsage();
  }

  /** The plans of now. */
  public Map<String, Attributes> plans() {
    return plans;
  }

  /** From now on, for accounts that are in use as well. */
  public void plans(Map<String, Attributes> newPlans) {
    plans = Map.copyOf(newPlans);
    missingPlans.clear();
    uses.values().forEach(use -> set(use, use.own()));
  }

  /** What is in effect for an account that says this. */
  public Attributes effective(OwnAttributes own) {
    String plan = own.plan();
    Map<String, Attributes> now = plans;
    if (plan != null && !now.containsKey(plan) && missingPlans.add(plan)) {
      LOG.warn(
          "accounts have the plan {}, which the configuration does not have: it limits nothing; add"
              + " it below plans, or give them another one; logged once",
          plan);
    }
    return own.in(now);
  }

  private void set(AccountUse use, OwnAttributes own) {
    use.set(own, effective(own), usages.apply(use.name()), nanoTime.getAsLong());
  }

  /**
   * A connection is an account's now. Whoever gets a use {@linkplain #leave leaves} it.
   *
   * @return null: the account has no attributes, and nothing is counted
   */
  @Nullable AccountUse join(String name, OwnAttributes own) {
    if (own == OwnAttributes.NONE && !uses.containsKey(name)) {
      return null;
    }
    boolean[] came = {false};
    AccountUse joined =
        requireNonNull(
            uses.compute(
                name,
                (_, there) -> {
                  came[0] = there == null;
                  AccountUse use = there == null ? made(name) : there;
                  use.members++;
                  return use;
                }));
    set(joined, own);
    if (came[0]) {
      forgetSome();
    }
    return joined;
  }

  private AccountUse made(String name) {
    return new AccountUse(name, zone, nanoTime.getAsLong());
  }

  /** As above, for an account that is here; null: it is not any more. */
  @Nullable AccountUse join(String name) {
    return uses.computeIfPresent(
        name,
        (_, there) -> {
          there.members++;
          return there;
        });
  }

  /** Once for each {@link #join}. */
  void leave(AccountUse use) {
    uses.computeIfPresent(
        use.name(),
        (_, there) -> {
          there.members--;
          if (there.members == 0 && there.hasQuota()) { // what its last connection used comes yet
            there.keptUntilNanos = nanoTime.getAsLong() + COUNTED_NANOS;
          }
          return isForgettable(there) ? null : there;
        });
  }

  private boolean isForgettable(AccountUse use) {
    long now = nanoTime.getAsLong();
    return use.members == 0 && now - use.keptUntilNanos >= 0 && use.isIdle(now);
  }

  private synchronized void forgetSome() {
    for (int i = 0; i < LOOKED_AT; i++) {
      Iterator<AccountUse> some = look == null || !look.hasNext() ? uses.values().iterator() : look;
      look = some;
      if (!some.hasNext()) {
        return;
      }
      uses.computeIfPresent(some.next().name(), (_, there) -> isForgettable(there) ? null : there);
    }
  }

  /**
   * An account says something else now. Its connections are to be told, and find it here.
   *
   * @param open whether it has any
   */
  public void changed(String name, OwnAttributes own, boolean open) {
    AccountUse use =
        uses.compute(
            name,
            (_, there) -> {
              if (there != null || !open || own.isNone()) {
                return there;
              }
              AccountUse made = made(name);
              made.keptUntilNanos = nanoTime.getAsLong() + KEPT_NANOS;
              return made;
            });
    if (use != null) {
      set(use, own);
    }
  }

  /** An account that is here; null: it has no attributes, or nobody was logged in lately. */
  public @Nullable AccountUse find(String name) {
    return uses.get(name);
  }

  /** How many accounts are here. */
  public int size() {
    return uses.size();
  }

  /** Those that are here now. */
  public List<AccountUse> all() {
    return new ArrayList<>(uses.values());
  }
}
