package dev.argyle.server.dial;

import java.net.Inet6Address;
import java.net.InetAddress;

/** A kind of address, the one that is tried first at the top (RFC 8305, section 4). */
public enum Family {
  IPV6,
  IPV4;

  /** Of an address; IPv4-mapped ones are IPv4 in Java. */
  public static Family of(InetAddress address) {
    return address instanceof Inet6Address ? IPV6 : IPV4;
  }

  Family other() {
    return this == IPV6 ? IPV4 : IPV6;
  }
}
