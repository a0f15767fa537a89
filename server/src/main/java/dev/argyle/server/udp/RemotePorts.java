package dev.argyle.server.udp;

import dev.argyle.server.telemetry.Counter;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An association's sockets towards remotes: one for each family, and one for each source address
 * that a rule names, each opened when it is needed first.
 */
final class RemotePorts {

  /** Sockets of one association; beyond it datagrams are dropped. */
  static final int MAX_PORTS = 6;

  private static final InetAddress ANY_IPV4 = InetAddress.ofLiteral("0.0.0.0");
  private static final InetAddress ANY_IPV6 = InetAddress.ofLiteral("::");

  private final UdpLoop loop;
  private final UdpPort.Reader reader;
  private final LoopShare share;
  private final Map<InetAddress, UdpPort> ports = new HashMap<>(2);
  private boolean closed;

  RemotePorts(UdpLoop loop, UdpPort.Reader reader, LoopShare share) {
    this.loop = loop;
    this.reader = reader;
    this.share = share;
  }

  /**
   * The socket for a remote; null: none can be opened.
   *
   * @param source the local address; null: the system chooses
   */
  @Nullable UdpPort towards(InetAddress remote, @Nullable InetAddress source) {
    boolean ipv4 = remote instanceof Inet4Address;
    InetAddress at = source != null ? source : ipv4 ? ANY_IPV4 : ANY_IPV6;
    if (closed || at instanceof Inet4Address != ipv4) {
      return null; // a source address of the other family
    }
    UdpPort known = ports.get(at);
    return known != null || ports.size() >= MAX_PORTS ? known : open(at);
  }

  private @Nullable UdpPort open(InetAddress at) {
    switch (loop.open(at, 0, 0)) {
      case UdpLoop.Open(UdpPort port) -> {
        if (!port.attach(reader, share)) {
          port.close();
          return null;
        }
        ports.put(at, port);
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

  /** They may have datagrams that were left there. */
  void again() {
    ports.values().forEach(UdpPort::again);
  }

  void close() {
    closed = true;
    ports.values().forEach(UdpPort::close);
  }
}
