package dev.argyle.server.egress;

import dev.argyle.server.net.Binding;
import dev.argyle.server.net.Errno;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Tally;
import dev.argyle.wire.Addresses;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** An address that was picked for one socket; safe for any thread. */
public final class Pick {

  /** The system chooses, of any egress. */
  public static final Pick ANY = new Pick(null, null, 0);

  private final @Nullable Binding binding;
  private final @Nullable Pool pool;
  private final long number;

  /**
   * @param binding null: the system chooses
   * @param pool where it is from; null: there is no other address
   * @param number of the address, in its pool
   */
  Pick(@Nullable Binding binding, @Nullable Pool pool, long number) {
    this.binding = binding;
    this.pool = pool;
    this.number = number;
  }

  /** How the socket is to be bound; null: not at all. */
  public @Nullable Binding binding() {
    return binding;
  }

  /** The address; null: the system chooses. */
  public @Nullable InetAddress address() {
    return binding == null ? null : binding.address();
  }

  long number() {
    return number;
  }

  /** Whether the connections at each address are counted, so that {@link #release} matters. */
  public boolean isCounted() {
    return pool != null && pool.counts();
  }

  /** Its socket is closed; once. */
  public void release() {
    if (pool != null) {
      pool.release(this);
    }
  }

  /**
   * A socket could not be bound so; this is released.
   *
   * @param errno of bind(2) or setsockopt(2)
   * @return another address to try; null: there is none, or it would be of no use
   */
  public @Nullable Pick insteadOfUnbound(int errno, Tally counters) {
    release();
    if (pool == null) {
      return null;
    }
    switch (errno) {
      case Errno.EADDRNOTAVAIL -> {
        counters.increment(Counter.EGRESS_SET_ASIDE);
        pool.setAside(this);
      }
      case Errno.EADDRINUSE -> counters.increment(Counter.EGRESS_PORTS_USED_UP);
      default -> {
        pool.tellRefusal(errno);
        return null;
      }
    }
    return pool.at(number + 1);
  }

  /**
   * No port is left for another connection from there to this destination; this is released.
   *
   * @return another address to try; null: there is none
   */
  public @Nullable Pick insteadOfUsedUp(Tally counters) {
    release();
    counters.increment(Counter.EGRESS_PORTS_USED_UP);
    return pool == null ? null : pool.at(number + 1);
  }

  /** What failed, in words for the log. */
  public String failure(int errno) {
    InetAddress address = address();
    return (pool == null ? "" : "egress " + pool.egress() + ": ")
        + "cannot bind"
        + (address == null ? "" : " to " + Addresses.text(address))
        + ": "
        + Errno.strerror(errno);
  }
}
