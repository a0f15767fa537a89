package dev.argyle.server.rule;

import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of this machine and the broadcast addresses of its networks, at most a second old.
 * Shared by all threads: one of them renews the answer, the others go on with the old one.
 *
 * <p>Not known: addresses that a route alone makes local ({@code ip route add local}), other than
 * loopback.
 */
final class LocalAddresses {

  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Asks the system. */
  interface Enumeration {
    Set<Bits> addresses() throws SocketException;
  }

  private record Known(Set<Bits> addresses, long atNanos) {}

  private final Enumeration enumeration;
  private final LongSupplier clockNanos;
  private final AtomicBoolean renewing = new AtomicBoolean();
  private volatile @Nullable Known known;

  LocalAddresses() {
    this(LocalAddresses::ofTheSystem, System::nanoTime);
  }

  LocalAddresses(Enumeration enumeration, LongSupplier clockNanos) {
    this.enumeration = enumeration;
    this.clockNanos = clockNanos;
  }

  /** Whether it is this machine's. If the system has never told, every address is. */
  boolean contains(Bits address) {
    if (Closed.LOOPBACK.holds(address)) {
      return true;
    }
    Known now = known;
    long nanos = clockNanos.getAsLong();
    if ((now == null || nanos - now.atNanos > FRESH_NANOS) && renewing.compareAndSet(false, true)) {
      try {
        now = new Known(enumeration.addresses(), nanos);
        known = now;
      } catch (SocketException kept) { // no descriptor left, for example
        now = known;
      } finally {
        renewing.set(false);
      }
    }
    return now == null || now.addresses.contains(address);
  }

  private static Set<Bits> ofTheSystem() throws SocketException {
    Set<Bits> addresses = new HashSet<>();
    var interfaces = NetworkInterface.getNetworkInterfaces();
    while (interfaces.hasMoreElements()) {
      for (InterfaceAddress address : interfaces.nextElement().getInterfaceAddresses()) {
        addresses.add(Bits.of(address.getAddress()));
        if (address.getBroadcast() != null) {
          addresses.add(Bits.of(address.getBroadcast()));
        }
      }
    }
    return addresses;
  }
}
