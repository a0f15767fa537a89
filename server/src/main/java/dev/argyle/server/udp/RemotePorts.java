package dev.argyle.server.udp;

import dev.argyle.server.telemetry.Counter;
import java.net.Inet4Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * An association's sockets towards remotes: one of each family, and one for each source address
 * that a rule names, each opened when it is needed first.
 */
final class RemotePorts {

  /** Sockets of one association; rules that name more sources are not followed. */
  static final int MAX_PORTS = 6;

  private static final InetAddress ANY_IPV4 = InetAddress.ofLiteral("0.0.0.0");
  private static final InetAddress ANY_IPV6 = InetAddress.ofLiteral("::");

  private record Opened(InetAddress at, UdpPort port) {}

  private final UdpLoop loop;
  private final UdpPort.Reader reader;
  private @Nullable Opened[] opened = {};
  private boolean closed;

  RemotePorts(UdpLoop loop, UdpPort.Reader reader) {
    this.loop = loop;
    this.reader = reader;
  }

  /**
   * The socket for a remote; null: there is none to be had.
   *
   * @param source the local address; null: the system chooses
   */
  @Nullable UdpPort towards(InetAddress remote, @Nullable InetAddress source) {
    boolean ipv4 = remote instanceof Inet4Address;
    InetAddress at = source != null ? source : ipv4 ? ANY_IPV4 : ANY_IPV6;
    if (closed || at instanceof Inet4Address != ipv4) {
      return null; // a source of the other family reaches nobody
    }
    for (Opened one : opened) {
      if (one != null && one.at().equals(at)) {
        return one.port();
      }
    }
    return opened.length >= MAX_PORTS ? null : open(at);
  }

  private @Nullable UdpPort open(InetAddress at) {
    switch (loop.open(at, 0, 0)) {
      case UdpLoop.Open(UdpPort port) -> {
        if (!port.attach(reader)) {
          port.close();
          return null;
        }
        @Nullable Opened[] more = new Opened[opened.length + 1];
        System.arraycopy(opened, 0, more, 0, opened.length);
        more[opened.length] = new Opened(at, port);
        opened = more;
        return port;
      }
      case UdpLoop.Refused why -> {
        if (why == UdpLoop.Refused.NO_RESOURCES) {
          loop.counters().add(Counter.DESCRIPTOR_SHORTAGES, 1);
        }
        return null;
      }
    }
  }

  void close() {
    closed = true;
    for (Opened one : opened) {
      if (one != null) {
        one.port().close();
      }
    }
    opened = new Opened[0];
  }
}
