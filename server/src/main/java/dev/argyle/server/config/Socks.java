package dev.argyle.server.config;

import dev.argyle.wire.gssapi.Protection;
import dev.argyle.wire.socks.Method;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The SOCKS side. {@code Keys} has the meaning and the bounds of each component.
 *
 * @param noneIsWrittenOut the file itself names {@code none}: only then may listeners that other
 *     hosts can reach offer it
 * @param idleTimeout zero: never
 * @param keepalive zero: never
 * @param bufferSize octets per direction
 * @param kernelBuffers octets per socket and direction; 0: the system decides
 * @param maxConnectionsPerSource 0: half of all, or what the descriptors allow
 * @param maxConnectionsPerUser 0: the same
 * @param loops 0: one per processor
 */
public record Socks(
    List<Endpoint> listen,
    List<Method> authentication,
    boolean noneIsWrittenOut,
    Duration handshakeTimeout,
    Duration connectTimeout,
    Duration idleTimeout,
    Duration keepalive,
    Duration bindTimeout,
    Duration selectorTimeout,
    Duration drainTime,
    Udp udp,
    Bind bind,
    Gssapi gssapi,
    int bufferSize,
    int kernelBuffers,
    int maxConnections,
    int maxConnectionsPerSource,
    int maxConnectionsPerUser,
    int maxUnauthenticated,
    boolean penaltiesEnabled,
    List<Network> penaltiesExempt,
    List<Network> proxyProtocolFrom,
    boolean sessionSuffix,
    RelayMode relay,
    int loops) {

  /** {@code AUTO}: splice where the system has it. */
  public enum RelayMode {
    AUTO,
    SPLICE,
    BUFFER
  }

  /** Which remotes may send a datagram to the client: those written to, or all. */
  public enum Filter {
    ADDRESS_RESTRICTED,
    FULL_CONE
  }

  /** A range of ports, both ends included. */
  public record PortRange(int first, int last) {

    public PortRange {
      if (first < 1 || last > 65535 || first > last) {
        throw new IllegalArgumentException(
            "a port is 1 to 65535, and a range goes from the lower to the higher");
      }
    }

    /**
     * Reads {@code 80} or {@code 1000-2000}.
     *
     * @throws IllegalArgumentException for anything else; its message says what would be right
     */
    public static PortRange parse(String text) {
      if (!text.matches("[0-9]{1,5}(-[0-9]{1,5})?")) {
        throw new IllegalArgumentException(
            Quote.of(text) + " is not a port; write 80, or a range as 1000-2000");
      }
      String[] ends = text.split("-", 2);
      try {
        return new PortRange(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
      } catch (IllegalArgumentException wrong) {
        throw new IllegalArgumentException(
            Quote.of(text) + " is not a port or range; " + wrong.getMessage(), wrong);
      }
    }

    public boolean contains(int port) {
      return port >= first && port <= last;
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
      return first == last ? Integer.toString(first) : first + "-" + last;
    }
  }

  /** Which address of the relay a client of this network is told. */
  public record Advertised(Network clients, String address) {

    /** One address for the clients of every network. */
    static List<Advertised> toAll(String address) {
      return List.of(
          new Advertised(Network.parse("0.0.0.0/0"), address),
          new Advertised(Network.parse("::/0"), address));
    }
  }

  /**
   * UDP ASSOCIATE.
   *
   * @param advertise first match wins; empty: the local address of the control connection
   * @param ports null: any free port
   */
  public record Udp(
      Duration idleTimeout,
      List<Advertised> advertise,
      Filter filter,
      @Nullable PortRange ports,
      int maxAssociations,
      int maxPerUser) {

    public Udp {
      advertise = List.copyOf(advertise);
    }
  }

  /** How many BINDs may wait for their peer: each has a listener. */
  public record Bind(int maxWaiting, int maxPerUser) {}

  /** GSSAPI (RFC 1961). */
  public record Gssapi(
      @Nullable String keytab,
      @Nullable String principal,
      @Nullable String realm,
      List<Protection> protection,
      boolean nec) {

    public Gssapi {
      protection = List.copyOf(protection);
    }
  }

  public Socks {
    listen = List.copyOf(listen);
    authentication = List.copyOf(authentication);
    penaltiesExempt = List.copyOf(penaltiesExempt);
    proxyProtocolFrom = List.copyOf(proxyProtocolFrom);
  }
}
