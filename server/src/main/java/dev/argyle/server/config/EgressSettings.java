package dev.argyle.server.config;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An egress: how the sockets towards destinations are bound. Without addresses the system chooses
 * one. {@code Keys} has the meaning of each component.
 *
 * @param freeBind addresses need not be this machine's; those of a prefix never need to
 * @param family null: IPv6 first for connections, IPv4 first for datagrams
 * @param networkInterface {@code interface}: the name of one; null: any
 * @param mark SO_MARK, unsigned; null: none
 */
public record EgressSettings(
    List<InetAddress> addresses,
    @Nullable Network prefix,
    boolean freeBind,
    Pick pick,
    Duration stickyTime,
    By by,
    @Nullable Families family,
    boolean sameAsIncoming,
    @Nullable String networkInterface,
    @Nullable Integer mark) {

  /** The most addresses of one egress, and of a prefix whose use is counted by address. */
  public static final int MAX_ADDRESSES = 1024;

  /** The name of the egress of whoever has no other. */
  public static final String DEFAULT = "default";

  /** Which address the next connection gets. */
  public enum Pick {
    STICKY,
    ROTATE,
    RANDOM,
    LEAST_USED
  }

  /** What keeps its address, where it is sticky. */
  public enum By {
    ACCOUNT,
    SESSION,
    DESTINATION
  }

  /** Which family is used, where a destination has both. */
  public enum Families {
    PREFER_4(false, false),
    PREFER_6(true, false),
    ONLY_4(false, true),
    ONLY_6(true, true);

    private final boolean ipv6;
    private final boolean alone;

    Families(boolean ipv6, boolean alone) {
      this.ipv6 = ipv6;
      this.alone = alone;
    }

    /** Whether IPv6 is tried first, or alone. */
    public boolean ipv6First() {
      return ipv6;
    }

    /** Whether a destination of this family may be reached. */
    public boolean allows(boolean isIpv6) {
      return !alone || ipv6 == isIpv6;
    }
  }

  public EgressSettings {
    addresses = List.copyOf(addresses);
  }

  /** Whether it names addresses of a family. */
  public boolean has(boolean ipv6) {
    return addresses.stream().anyMatch(address -> isIpv6(address) == ipv6)
        || (prefix != null && isIpv6(prefix.address()) == ipv6);
  }

  /** Whether it names any address. */
  public boolean namesAddresses() {
    return !addresses.isEmpty() || prefix != null;
  }

  /** Whether a network has so few addresses that each has a place, and is counted. */
  public static boolean isSmall(Network network) {
    int hostBits = network.address().getAddress().length * Byte.SIZE - network.prefix();
    return hostBits <= Integer.numberOfTrailingZeros(MAX_ADDRESSES);
  }

  private static boolean isIpv6(InetAddress address) {
    return !(address instanceof Inet4Address);
  }
}
