package dev.argyle.server.control;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * How the SOCKS side is.
 *
 * @param listening where; empty while stopped
 */
public record Status(boolean running, List<InetSocketAddress> listening) {
  public Status {
    listening = List.copyOf(listening);
  }
}
