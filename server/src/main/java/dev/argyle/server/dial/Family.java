package dev.argyle.server.dial;

import java.net.Inet6Address;
import java.net.InetAddress;

/** Address families, in the order in which they are tried (RFC 8305, section 4). */
public enum Family {
  IPV6,
  IPV4;

  /** Of an address as {@link HostName.Literal} has it. */
  public static Family of(InetAddress address) {
    return address instanceof Inet6Address ? IPV6 : IPV4;
  }

  Family other() {
    return this == IPV6 ? IPV4 : IPV6;
  }
}
