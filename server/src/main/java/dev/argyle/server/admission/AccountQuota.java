package dev.argyle.server.admission;

import dev.argyle.server.config.Attributes;
import dev.argyle.server.rate.AccountRates;
import dev.argyle.server.telemetry.AccountUsage;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import org.jspecify.annotations.Nullable;

/**
 * The quota of an account in use: what is stored of its usage when the first client of it comes,
 * and what passes from then on, which {@link AccountRates} counts. Safe for any thread.
 */
final class AccountQuota {

  private final AccountRates rates;
  private volatile Attributes limits = Attributes.NONE;
  private volatile @Nullable AccountUsage usage; // null: nothing is stored of its account

  // under the monitor
  private int restarts;

  AccountQuota(AccountRates rates) {
    this.rates = rates;
  }

  /**
   * Sets what holds from now on.
   *
   * @param of where the account's usage is; null: nowhere
   * @param nowNanos by {@link System#nanoTime}
   */
  synchronized void set(Attributes next, @Nullable AccountUsage of, long nowNanos) {
    Attributes before = limits;
    boolean another = of != usage;
    limits = next;
    usage = of;
    if (of != null) {
      of.period(next.periodOfUsage());
    }
    if (another || isCountedOtherwise(before, next) || (of != null && of.restarts() != restarts)) {
      count(next, of);
    }
    rates.quota(
        Attributes.limit(next.quotaOctets()),
        next.counts(true),
        next.counts(false),
        Attributes.limit(next.quotaThen()),
        nowNanos);
  }

  private static boolean isCountedOtherwise(Attributes before, Attributes next) {
    return before.counts(true) != next.counts(true)
        || before.counts(false) != next.counts(false)
        || (Attributes.limit(before.quotaOctets()) == 0
            && Attributes.limit(next.quotaOctets()) > 0);
  }

  private void count(Attributes next, @Nullable AccountUsage of) {
    if (of == null) {
      rates.used(0);
      return;
    }
    AccountUsage.Used used = of.now();
    restarts = of.restarts();
    rates.used(
        (next.counts(true) ? used.periodUp() : 0) + (next.counts(false) ? used.periodDown() : 0));
  }

  /** Why the account cannot be used now; null: it can. */
  @Nullable Ending spent() {
    Attributes now = limits;
    if (Attributes.limit(now.quotaOctets()) == 0) {
      return null;
    }
    AccountUsage of = usage;
    if (of != null && of.lookAgain() != restartsSeen()) {
      synchronized (this) {
        count(now, of);
      }
    }
    return now.endsWhenSpent() && rates.isSpent()
        ? new Ending(
            EndReason.ACCOUNT_QUOTA,
            "quota.octets=" + now.texts().get("quota.octets") + " of " + now.periodOfUsage())
        : null;
  }

  private synchronized int restartsSeen() {
    return restarts;
  }
}
