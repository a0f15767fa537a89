package dev.argyle.server.rule;

import dev.argyle.wire.Destination;
import dev.argyle.wire.socks.Command;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;

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
    return Destination.of(new InetSocketAddress(address, port))
        + "/"
        + transport.name().toLowerCase(Locale.ROOT);
  }
}
