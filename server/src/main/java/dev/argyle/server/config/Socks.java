package dev.argyle.server.config;

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

  /** How a client may authenticate; the names of the configuration in lower case. */
  public enum Method {
    GSSAPI,
    PASSWORD,
    NONE
  }

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

    public boolean contains(int port) {
      return port >= first && port <= last;
    }
  }

  /** Which address of the relay a client of this network is told. */
  public record Advertised(Network clients, String address) {}

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

  /** Levels of per-message protection (RFC 1961, section 4). */
  public enum Protection {
    NONE,
    INTEGRITY,
    CONFIDENTIALITY,
    SELECTIVE
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
