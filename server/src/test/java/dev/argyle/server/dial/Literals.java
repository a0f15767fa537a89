package dev.argyle.server.dial;

import java.net.InetAddress;

/** Writes addresses short in tests. */
final class Literals {

  private Literals() {}

  static InetAddress ip(String literal) {
    if (HostName.of(literal) instanceof HostName.Literal(InetAddress address)) {
      return address;
    }
    throw new IllegalArgumentException(literal);
  }
}
