package dev.argyle.client;

import dev.argyle.wire.Deadline;
import dev.argyle.wire.Destination;
import dev.argyle.wire.Host;
import java.io.IOException;
import java.net.IDN;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Between the JDK's addresses and the protocol's. */
final class Destinations {

  private static final Pattern FOUR_NUMBERS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

  private Destinations() {}

  /**
   * What people write: an address, or a name. A name that is not ASCII goes as IDNA writes it (RFC
   * 3490).
   *
   * @throws UnknownHostException if it is neither
   */
  static Destination of(String host, int port) throws UnknownHostException {
    try {
      boolean address = host.indexOf(':') >= 0 || FOUR_NUMBERS.matcher(host).matches();
      return new Destination(
          address ? Host.of(InetAddress.ofLiteral(unbracketed(host))) : name(host), port);
    } catch (IllegalArgumentException neither) {
      if (port < 0 || port > 0xFFFF) {
        throw neither;
      }
      throw new UnknownHostException(shown(host) + ": neither an address nor a host name");
    }
  }

  static Destination of(InetSocketAddress address) throws UnknownHostException {
    return address.isUnresolved()
        ? of(address.getHostString(), address.getPort())
        : Destination.of(address);
  }

  private static Host name(String host) {
    boolean ascii = StandardCharsets.US_ASCII.newEncoder().canEncode(host);
    return new Host.Name(ascii ? host : IDN.toASCII(host, IDN.ALLOW_UNASSIGNED));
  }

  private static String unbracketed(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  /** The same as the JDK has it; a name is not looked up. */
  static InetSocketAddress address(Destination destination) {
    return switch (destination.host()) {
      case Host.Ipv4(var four) -> new InetSocketAddress(four, destination.port());
      case Host.Ipv6(var six) -> new InetSocketAddress(six, destination.port());
      case Host.Name(String name) -> InetSocketAddress.createUnresolved(name, destination.port());
    };
  }

  /** The same by address; a name is looked up on this machine. */
  static Destination resolved(Destination destination, Deadline deadline) throws IOException {
    return destination.host() instanceof Host.Name(String name)
        ? new Destination(Host.of(NameLookup.address(name, deadline)), destination.port())
        : destination;
  }

  /**
   * Where a server says that it listens. What cannot be right, 0.0.0.0 or ::, means the address it
   * was reached at: servers are that sloppy.
   */
  static InetSocketAddress reachable(Destination bound, InetAddress server, Deadline deadline)
      throws IOException {
    InetSocketAddress address = address(resolved(bound, deadline));
    return address.getAddress().isAnyLocalAddress()
        ? new InetSocketAddress(server, address.getPort())
        : address;
  }

  /** For messages: control characters, which a name may hold, are not shown. */
  static String shown(Object text) {
    return text.toString().replaceAll("[^\\x20-\\x7E]", "?");
  }
}
