package dev.argyle.server.dial;

import java.net.InetAddress;

/** What to reach. */
public sealed interface Target {

  int port();

  /**
   * A name, or the text of an address ({@link HostName} tells which).
   *
   * @param name the octets as the client sent them, as Latin-1
   */
  record Name(String name, int port) implements Target {}

  record Address(InetAddress address, int port) implements Target {}
}
