package dev.argyle.server.egress;

import static java.util.Objects.requireNonNull;

import dev.argyle.server.config.EgressSettings;
import dev.argyle.server.net.Errno;
import dev.argyle.server.telemetry.Tally;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The addresses of one family of an egress. Safe for any thread; nothing waits for another. */
abstract sealed class Pool permits AddressPool, NoPool, PrefixPool {

  static final Logger LOG = LoggerFactory.getLogger(Egresses.class);

  private final String egress;
  private final EgressSettings.Pick order;
  private final @Nullable StickyTable sticky;
  private final AtomicLong next = new AtomicLong(ThreadLocalRandom.current().nextInt());
  private final AtomicBoolean refusalTold = new AtomicBoolean();

  Pool(String egress, EgressSettings settings, LongSupplier nanoTime) {
    this.egress = egress;
    this.order = settings.pick();
    this.sticky =
        order == EgressSettings.Pick.STICKY
            ? new StickyTable(settings.stickyTime().toNanos(), nanoTime)
            : null;
  }

  String egress() {
    return egress;
  }

  /**
   * The address for the next socket; null: all are set aside.
   *
   * @param key what keeps its address, where that is sticky
   */
  final @Nullable Pick pick(Object key, Tally counters) {
    return switch (order) {
      case ROTATE -> at(next());
      case RANDOM -> at(ThreadLocalRandom.current().nextLong());
      case LEAST_USED -> at(leastUsed(next()));
      case STICKY -> at(requireNonNull(sticky).numberOf(key, this::next, counters));
    };
  }

  private long next() {
    return next.getAndIncrement();
  }

  /** Whether the sockets at each address are counted. */
  final boolean counts() {
    return order == EgressSettings.Pick.LEAST_USED;
  }

  /**
   * The address of a number, or the next one that is not set aside; null: all are.
   *
   * @param number any; consecutive ones are different addresses
   */
  abstract @Nullable Pick at(long number);

  /** The number of an address that has the fewest sockets, looked for from a number on. */
  abstract long leastUsed(long from);

  /** This address is not there: it is not used for a while. */
  abstract void setAside(Pick gone);

  /** One socket fewer at this address. */
  abstract void release(Pick pick);

  /** What no address of the pool could do differently; told once. */
  final void tellRefusal(int errno) {
    if (refusalTold.compareAndSet(false, true)) {
      LOG.warn(
          "egress {}: sockets cannot be bound as it says: {}; logged once", egress, advice(errno));
    }
  }

  private static String advice(int errno) {
    return switch (errno) {
      case Errno.EPERM ->
          "not permitted; mark and interface take CAP_NET_ADMIN (or CAP_NET_RAW, mark from Linux"
              + " 5.17 on): add it to AmbientCapabilities and CapabilityBoundingSet of the service";
      case Errno.EADDRNOTAVAIL ->
          "no such address on this machine; a prefix takes IP_FREEBIND, which is Linux's, and not"
              + " for socks.relay: buffer";
      case Errno.ENODEV -> "there is no such interface: see ip link";
      case Errno.ENOSYS -> "interface and mark are Linux's, and not for socks.relay: buffer";
      default -> Errno.strerror(errno);
    };
  }
}
