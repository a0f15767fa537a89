package dev.argyle.server.config;

import dev.argyle.server.config.Socks.Advertised;
import dev.argyle.server.config.Socks.Filter;
import dev.argyle.server.config.Socks.Gssapi;
import dev.argyle.server.config.Socks.PortRange;
import dev.argyle.server.config.Socks.RelayMode;
import dev.argyle.server.config.Socks.Udp;
import dev.argyle.wire.Addresses;
import dev.argyle.wire.gssapi.Protection;
import dev.argyle.wire.socks.Method;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code socks}. The bounds of its values are here; the manual repeats them. */
final class SocksReader {

  private static final Duration SHORT = Duration.ofMillis(100);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);
  private static final int MILLION = 1_000_000;
  private static final int MAX_LOOPS = 1024;

  private SocksReader() {}

  static Socks read(Section top) {
    Socks absent = Socks.defaults();
    try (Section socks = top.section("socks")) {
      List<Endpoint> listen = listen(socks, absent);
      Gssapi gssapi = gssapi(socks, absent.gssapi());
      List<Method> authentication = authentication(socks, absent, gssapi);
      boolean noneIsWrittenOut =
          socks.value("authentication") != null && authentication.contains(Method.NONE);
      return new Socks(
          listen,
          authentication,
          noneIsWrittenOut,
          socks.duration("handshake-timeout", absent.handshakeTimeout(), SHORT, HOUR),
          socks.duration("connect-timeout", absent.connectTimeout(), SHORT, HOUR),
          socks.durationOrZero("idle-timeout", absent.idleTimeout(), SHORT, Duration.ofDays(365)),
          socks.duration("bind-timeout", absent.bindTimeout(), SHORT, DAY),
          socks.duration(
              "selector-timeout",
              absent.selectorTimeout(),
              Duration.ofMillis(10),
              Duration.ofMinutes(1)),
          socks.duration("drain-time", absent.drainTime(), Duration.ZERO, DAY),
          udp(socks, absent.udp()),
          gssapi,
          socks.octets("buffer-size", absent.bufferSize(), 4096, 1 << 20),
          socks.count("max-connections", absent.maxConnections(), 1, MILLION),
          socks.count("max-unauthenticated", absent.maxUnauthenticated(), 1, MILLION),
          penalties(socks, absent.penalties()),
          proxyProtocol(socks, absent.proxyProtocolFrom()),
          socks.word("relay", absent.relay(), RelayMode.class),
          socks.read("loops", absent.loops(), value -> loops(value.text())));
    }
  }

  private static List<Endpoint> listen(Section socks, Socks absent) {
    Set<Endpoint> seen = new HashSet<>();
    return socks.some(
        "listen",
        absent.listen(),
        "name at least one host:port",
        value -> {
          Endpoint endpoint = Endpoint.parse(value.text());
          if (endpoint.port() != 0 && !seen.add(endpoint)) {
            throw new IllegalArgumentException(Quote.of(value.text()) + " is in the list twice");
          }
          return endpoint;
        });
  }

  private static List<Method> authentication(Section socks, Socks absent, Gssapi gssapi) {
    List<Method> methods =
        socks.someWords(
            "authentication",
            absent.authentication(),
            "name gssapi, password or none, or some of them, in order of preference",
            Method.class);
    Value value = socks.value("authentication");
    if (value != null && methods.contains(Method.GSSAPI) && gssapi.keytab() == null) {
      value.wrong("gssapi needs the keys of the service; name their file as socks.gssapi.keytab");
    }
    return methods;
  }

  private static Udp udp(Section socks, Udp absent) {
    try (Section udp = socks.section("udp")) {
      return new Udp(
          udp.duration("idle-timeout", absent.idleTimeout(), SHORT, DAY),
          advertise(udp),
          udp.word("filter", absent.filter(), Filter.class),
          udp.readOrNull("ports", absent.ports(), value -> PortRange.parse(value.text())),
          udp.count("max-associations", absent.maxAssociations(), 1, MILLION),
          udp.count("max-per-user", absent.maxPerUser(), 1, MILLION));
    }
  }

  private static List<Advertised> advertise(Section udp) {
    @Nullable Value value = udp.value("advertise");
    if (value == null || value.isNull()) {
      return List.of();
    }
    if (!value.isMap()) {
      return value.read(List.of(), single -> Advertised.toAll(Addresses.text(unicast(single))));
    }
    List<Advertised> advertised = new ArrayList<>();
    try (Section map = udp.section("advertise")) {
      for (var entry : map.all()) {
        Network clients = entry.getKey().readOrNull(key -> Network.parse(key.text()));
        InetAddress address = entry.getValue().readOrNull(SocksReader::unicast);
        if (clients != null && address != null) {
          advertised.add(new Advertised(clients, Addresses.text(address)));
        }
      }
    }
    return advertised;
  }

  /** An address that a peer can send to. */
  static InetAddress unicast(Value value) {
    InetAddress address = Addresses.parse(value.text());
    if (address == null || address.isAnyLocalAddress() || address.isMulticastAddress()) {
      throw new IllegalArgumentException(
          Quote.of(value.text())
              + " is not the address of a host, as 192.0.2.1 or 2001:db8::1 are");
    }
    return address;
  }

  private static Gssapi gssapi(Section socks, Gssapi absent) {
    try (Section gssapi = socks.section("gssapi")) {
      return new Gssapi(
          gssapi.readOrNull("keytab", absent.keytab(), ConfigurationReader::filledText),
          gssapi.readOrNull("principal", absent.principal(), ConfigurationReader::filledText),
          gssapi.readOrNull("realm", absent.realm(), ConfigurationReader::filledText),
          gssapi.someWords(
              "protection",
              absent.protection(),
              "leave the key out for its default",
              Protection.class),
          gssapi.flag("nec", absent.nec()));
    }
  }

  private static boolean penalties(Section socks, boolean absent) {
    try (Section penalties = socks.section("penalties")) {
      return penalties.flag("enabled", absent);
    }
  }

  private static List<Network> proxyProtocol(Section socks, List<Network> absent) {
    try (Section proxyProtocol = socks.section("proxy-protocol")) {
      return proxyProtocol.read(
          "from", absent, list -> list.list(value -> Network.parse(value.text())));
    }
  }

  private static int loops(String text) {
    return text.equals("auto") ? 0 : Section.count(text, 1, MAX_LOOPS);
  }
}
