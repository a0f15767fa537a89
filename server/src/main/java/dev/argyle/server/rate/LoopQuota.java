package dev.argyle.server.rate;

import org.jspecify.annotations.Nullable;

/**
 * One direction of an account's quota on one loop, with a lease that small messages are taken from.
 * Belongs to the loop.
 */
final class LoopQuota {

  private final AccountRates rates;
  private final boolean up;
  private @Nullable Quota leaseOf; // null: nothing is counted, as of the last time
  private long lease;

  LoopQuota(AccountRates rates, boolean up) {
    this.rates = rates;
    this.up = up;
  }

  /**
   * Reserves octets.
   *
   * @param most at least 1
   * @return 0: nothing is left
   */
  int take(int most) {
    Quota quota = rates.quota(up);
    if (quota != leaseOf) {
      giveLeaseBack();
      leaseOf = quota;
    }
    if (quota == null) {
      return most;
    }
    if (lease < most) {
      lease += quota.reserve(most - lease, Quota.LEASE_OCTETS);
    }
    int given = (int) Math.min(lease, most);
    lease -= given;
    return given;
  }

  /** What was taken, and did not pass; negative: more passed. */
  void giveBack(long octets) {
    Quota quota = leaseOf;
    if (quota == null) {
      return;
    }
    lease += octets;
    long keeps = Math.clamp(lease, 0L, quota.leaseOctets());
    if (keeps != lease) {
      quota.giveBack(lease - keeps);
      lease = keeps;
    }
  }

  /** Octets that passed without having been asked for. */
  void charge(int octets) {
    Quota quota = rates.quota(up);
    if (quota != null) {
      quota.giveBack(-octets);
    }
  }

  void giveLeaseBack() {
    Quota quota = leaseOf;
    if (quota != null && lease != 0) {
      quota.giveBack(lease);
    }
    lease = 0;
  }
}
