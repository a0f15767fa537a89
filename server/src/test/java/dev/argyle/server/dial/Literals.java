package dev.argyle.server.dial;

import dev.argyle.server.admission.Asker;
import java.net.InetAddress;

/** Writes addresses short in tests. */
final class Literals {

  /** A client that nothing depends on. */
  static final Asker SOMEBODY = Asker.of(ip("192.0.2.200"), null);

  private Literals() {}

  static InetAddress ip(String literal) {
    if (HostName.of(literal) instanceof HostName.Literal(InetAddress address)) {
      return address;
    }
    throw new IllegalArgumentException(literal);
  }
}
