package dev.argyle.server.udp;

import dev.argyle.server.egress.Pick;
import dev.argyle.server.egress.Sources;
import dev.argyle.server.net.Errno;
import dev.argyle.server.telemetry.Counter;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An association's sockets towards remotes: one for each family, and of each egress or source
 * address that a rule names, each opened when it is needed first. An address that was picked is
 * kept as long as the association, for its peers know its datagrams by it.
 */
final class RemotePorts {

  /** Sockets of one association; beyond it datagrams are dropped. */
  static final int MAX_PORTS = 6;

  /**
   * Source addresses that are tried for one socket; whatever was not there is known for a while.
   */
  static final int MAX_SOURCES = 8;

  private static final InetAddress ANY_IPV4 = InetAddress.ofLiteral("0.0.0.0");
  private static final InetAddress ANY_IPV6 = InetAddress.ofLiteral("::");

  /**
   * What has a socket of its own.
   *
   * @param origin see {@link Sources#origin}; null: the system chooses
   */
  private record Way(@Nullable Object origin, boolean ipv4) {}

  /** A socket, and how it is bound. */
  private record Bound(UdpPort port, Pick by) {}

  private final UdpLoop loop;
  private final UdpPort.Reader reader;
  private final LoopShare share;
  private final UdpOwner owner;
  private final Map<Way, Bound> ports = new HashMap<>(2);
  private boolean closed;

  RemotePorts(UdpLoop loop, UdpPort.Reader reader, LoopShare share, UdpOwner owner) {
    this.loop = loop;
    this.reader = reader;
    this.share = share;
    this.owner = owner;
  }

  /**
   * The socket for a remote; null: none can be opened.
   *
   * @param sources where it is bound; null: the system chooses
   */
  @Nullable UdpPort towards(InetAddress remote, @Nullable Sources sources) {
    if (closed) {
      return null;
    }
    boolean ipv4 = remote instanceof Inet4Address;
    Way way = new Way(sources == null ? null : sources.origin(), ipv4);
    Bound known = ports.get(way);
    if (known != null || ports.size() >= MAX_PORTS) {
      return known == null ? null : known.port;
    }
    if (sources == null) {
      return open(way, Pick.ANY);
    }
    Pick pick = sources.unusable(remote) == null ? sources.pick(remote, loop.counters()) : null;
    return pick == null ? null : open(way, pick);
  }

  private @Nullable UdpPort open(Way way, Pick first) {
    Pick pick = first;
    for (int tried = 1; ; tried++) {
      InetAddress address = pick.address();
      InetAddress at = address != null ? address : way.ipv4 ? ANY_IPV4 : ANY_IPV6;
      switch (loop.open(at, 0, 0, pick.binding())) {
        case UdpLoop.Open(UdpPort port) -> {
          if (!port.attach(reader, share)) {
            port.close();
            pick.release();
            return null;
          }
          ports.put(way, new Bound(port, pick));
          owner.leavesFrom(address);
          return port;
        }
        case UdpLoop.Refused why -> {
          Pick other = pick.insteadOfUnbound(errno(why), loop.counters());
          if (other == null) {
            if (why == UdpLoop.Refused.NO_RESOURCES) {
              loop.counters().add(Counter.DESCRIPTOR_SHORTAGES, 1);
            }
            return null;
          }
          if (tried == MAX_SOURCES || Objects.equals(other.address(), address)) {
            other.release();
            return null;
          }
          pick = other;
        }
      }
    }
  }

  private static int errno(UdpLoop.Refused why) {
    return switch (why) {
      case NO_PORT -> Errno.EADDRINUSE;
      case NO_SUCH_ADDRESS -> Errno.EADDRNOTAVAIL;
      case NOT_PERMITTED -> Errno.EPERM;
      case NO_RESOURCES -> Errno.ENOMEM;
    };
  }

  /** They may have datagrams that were left there. */
  void again() {
    ports.values().forEach(bound -> bound.port.again());
  }

  void close() {
    closed = true;
    for (Bound bound : ports.values()) {
      bound.port.close();
      bound.by.release();
    }
    ports.clear();
  }
}
