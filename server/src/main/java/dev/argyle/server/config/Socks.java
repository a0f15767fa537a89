package dev.argyle.server.config;

import dev.argyle.wire.gssapi.Protection;
import dev.argyle.wire.socks.Method;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The SOCKS side.
 *
 * @param listen where clients connect
 * @param authentication methods in order of preference
 * @param noneIsWrittenOut the file itself names {@code none}: only then may listeners that other
 *     hosts reach offer it
 * @param handshakeTimeout from accept to request
 * @param connectTimeout over all attempts of one request
 * @param idleTimeout without an octet in either direction; zero: never
 * @param selectorTimeout how late a timeout may be noticed
 * @param drainTime what open connections get after SIGTERM
 * @param bufferSize octets per direction, 4096 to 1048576
 * @param maxUnauthenticated clients in their handshake; beyond it new ones are refused at random,
 *     early
 * @param relay which data plane to use
 * @param loops event loops; 0: one a processor
 */
public record Socks(
    List<Endpoint> listen,
    List<Method> authentication,
    boolean noneIsWrittenOut,
    Duration handshakeTimeout,
    Duration connectTimeout,
    Duration idleTimeout,
    Duration bindTimeout,
    Duration selectorTimeout,
    Duration drainTime,
    Udp udp,
    Gssapi gssapi,
    int bufferSize,
    int maxConnections,
    int maxUnauthenticated,
    boolean penalties,
    List<Network> proxyProtocolFrom,
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
    proxyProtocolFrom = List.copyOf(proxyProtocolFrom);
  }

  Socks withListen(List<Endpoint> other) {
    return new Socks(
        other,
        authentication,
        noneIsWrittenOut,
        handshakeTimeout,
        connectTimeout,
        idleTimeout,
        bindTimeout,
        selectorTimeout,
        drainTime,
        udp,
        gssapi,
        bufferSize,
        maxConnections,
        maxUnauthenticated,
        penalties,
        proxyProtocolFrom,
        relay,
        loops);
  }

  static Socks defaults() {
    return new Socks(
        List.of(new Endpoint("127.0.0.1", 1080)),
        List.of(Method.PASSWORD, Method.NONE),
        false,
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Duration.ofHours(1),
        Duration.ofSeconds(60),
        Duration.ofSeconds(1),
        Duration.ofSeconds(10),
        new Udp(Duration.ofMinutes(2), List.of(), Filter.ADDRESS_RESTRICTED, null, 10_000, 256),
        new Gssapi(
            null, null, null, List.of(Protection.CONFIDENTIALITY, Protection.INTEGRITY), false),
        64 * 1024,
        100_000,
        1024,
        true,
        List.of(),
        RelayMode.AUTO,
        0);
  }
}
