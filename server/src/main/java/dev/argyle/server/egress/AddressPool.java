package dev.argyle.server.egress;

import dev.argyle.server.config.EgressSettings;
import dev.argyle.server.net.Binding;
import dev.argyle.wire.Addresses;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Addresses that are listed. */
final class AddressPool extends Pool {

  /**
   * How long an address that is not there is not tried. Fixed: it costs one attempt in a while, and
   * an address that comes back is used again soon.
   */
  static final long ASIDE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private static final long NOT_ASIDE = 0;

  private final Pick[] picks; // of each address: they are the same for each socket
  private final AtomicIntegerArray used;
  private final AtomicLongArray asideUntilNanos;
  private final LongSupplier nanoTime;
  private final Set<Integer> told = new HashSet<>(); // under the monitor
  private volatile boolean anyAside;

  AddressPool(
      String egress,
      EgressSettings settings,
      List<InetAddress> addresses,
      Binding model,
      LongSupplier nanoTime) {
    super(egress, settings, nanoTime);
    this.nanoTime = nanoTime;
    this.picks = new Pick[addresses.size()];
    for (int slot = 0; slot < picks.length; slot++) {
      picks[slot] = new Pick(model.at(addresses.get(slot)), this, slot);
    }
    this.used = new AtomicIntegerArray(picks.length);
    this.asideUntilNanos = new AtomicLongArray(picks.length);
  }

  @Override
  @Nullable Pick at(long number) {
    int slot = (int) Long.remainderUnsigned(number, picks.length);
    if (anyAside) {
      slot = usableFrom(slot);
      if (slot < 0) {
        return null;
      }
    }
    if (counts()) {
      used.getAndIncrement(slot);
    }
    return picks[slot];
  }

  /** The first that is not set aside; -1: all are. */
  private int usableFrom(int slot) {
    long now = nanoTime.getAsLong();
    for (int i = 0; i < picks.length; i++) {
      int candidate = (slot + i) % picks.length;
      if (!isAside(candidate, now)) {
        return candidate;
      }
    }
    return -1;
  }

  private boolean isAside(int slot, long now) {
    long until = asideUntilNanos.getOpaque(slot);
    if (until == NOT_ASIDE || now - until < 0) {
      return until != NOT_ASIDE;
    }
    asideUntilNanos.setOpaque(slot, NOT_ASIDE);
    return false;
  }

  @Override
  long leastUsed(long from) {
    int start = (int) Long.remainderUnsigned(from, picks.length);
    long now = anyAside ? nanoTime.getAsLong() : 0;
    int least = start;
    int fewest = Integer.MAX_VALUE;
    for (int i = 0; i < picks.length; i++) {
      int slot = (start + i) % picks.length;
      int here = used.getOpaque(slot);
      if (here < fewest && !(anyAside && isAside(slot, now))) {
        fewest = here;
        least = slot;
      }
    }
    return least;
  }

  @Override
  synchronized void setAside(Pick gone) {
    int slot = (int) gone.number();
    long until = nanoTime.getAsLong() + ASIDE_NANOS;
    asideUntilNanos.setOpaque(slot, until == NOT_ASIDE ? 1 : until);
    anyAside = true;
    InetAddress address = gone.address();
    if (told.add(slot) && address != null) {
      LOG.warn(
          "egress {}: {} is no address of this machine; the next one is used, and this one tried"
              + " again every {} s; logged once",
          egress(),
          Addresses.text(address),
          TimeUnit.NANOSECONDS.toSeconds(ASIDE_NANOS));
    }
  }

  @Override
  void release(Pick pick) {
    if (counts()) {
      used.getAndDecrement((int) pick.number());
    }
  }
}
