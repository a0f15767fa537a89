package dev.argyle.server.rule;

import dev.argyle.wire.socks.Command;
import java.net.InetAddress;

/**
 * Where this server itself listens: closed to everyone, whatever the rules say.
 *
 * @param address a wildcard (0.0.0.0, ::) stands for every address of this machine, of both
 *     families
 */
public record OwnListener(InetAddress address, int port, Transport transport) {

  /** What a listener speaks. */
  public enum Transport {
    TCP,
    UDP,
    SCTP;

    /** Whether a client's command could reach such a listener. */
    boolean carries(Command command) {
      return switch (command) {
        case CONNECT, BIND -> this == TCP;
        case UDP -> this == UDP;
      };
    }
  }

  /** {@code 127.0.0.1:1080/tcp}. */
  @Override
  public String toString() {
    String host = address.getHostAddress();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host)
        + ":"
        + port
        + "/"
        + transport.name().toLowerCase(java.util.Locale.ROOT);
  }
}
