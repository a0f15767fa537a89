package dev.argyle.server.config;

import dev.argyle.server.config.RuleLine.Target;
import dev.argyle.server.config.Socks.Advertised;
import dev.argyle.server.config.Socks.Gssapi;
import dev.argyle.server.config.Socks.Udp;
import dev.argyle.wire.Addresses;
import dev.argyle.wire.socks.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes a configuration as YAML, every default included. What it writes reads back as the same
 * configuration; only the lines of the rules are where they now stand.
 */
public final class ConfigurationPrinter {

  private final StringBuilder out = new StringBuilder(2048);

  private ConfigurationPrinter() {}

  /** The whole file, each line ended by {@code \n}. */
  public static String print(Configuration configuration) {
    ConfigurationPrinter printer = new ConfigurationPrinter();
    printer.socks(configuration.socks());
    printer.rules(configuration.rules());
    printer.dns(configuration.dns());
    printer.dissectors(configuration.dissectors());
    printer.management(configuration.management());
    printer.accounts(configuration.accounts());
    printer.log(configuration.log());
    return printer.out.toString();
  }

  private void socks(Socks socks) {
    line(0, "socks", "");
    line(1, "listen", list(socks.listen(), listen -> Quote.yaml(listen.toString())));
    authentication(socks);
    line(1, "handshake-timeout", text(socks.handshakeTimeout()));
    line(1, "connect-timeout", text(socks.connectTimeout()));
    line(1, "idle-timeout", text(socks.idleTimeout()));
    line(1, "bind-timeout", text(socks.bindTimeout()));
    line(1, "selector-timeout", text(socks.selectorTimeout()));
    line(1, "drain-time", text(socks.drainTime()));
    udp(socks.udp());
    gssapi(socks.gssapi());
    line(1, "buffer-size", Quantities.octetsText(socks.bufferSize()));
    line(1, "max-connections", socks.maxConnections());
    line(1, "max-unauthenticated", socks.maxUnauthenticated());
    line(1, "penalties", "");
    line(2, "enabled", socks.penalties());
    line(1, "proxy-protocol", "");
    line(2, "from", list(socks.proxyProtocolFrom(), from -> Quote.yaml(from.toString())));
    line(1, "relay", Words.of(socks.relay()));
    line(1, "loops", socks.loops() == 0 ? "auto" : socks.loops());
  }

  /** Written out, {@code none} would also hold for listeners that other hosts reach. */
  private void authentication(Socks socks) {
    boolean byDefault = !socks.noneIsWrittenOut() && socks.authentication().contains(Method.NONE);
    if (byDefault) {
      out.append(
          "  # By default; if it is written out, also where other hosts can reach a listener:\n");
    }
    String key = byDefault ? "# authentication" : "authentication";
    line(1, key, list(socks.authentication(), Words::of));
  }

  private void udp(Udp udp) {
    line(1, "udp", "");
    line(2, "idle-timeout", text(udp.idleTimeout()));
    advertise(udp.advertise());
    line(2, "filter", Words.of(udp.filter()));
    line(2, "ports", orNull(udp.ports()));
    line(2, "max-associations", udp.maxAssociations());
    line(2, "max-per-user", udp.maxPerUser());
  }

  private void advertise(List<Advertised> advertise) {
    if (advertise.isEmpty()) {
      line(2, "advertise", "null");
    } else if (advertise.equals(Advertised.toAll(advertise.getFirst().address()))) {
      line(2, "advertise", Quote.yaml(advertise.getFirst().address()));
    } else {
      line(2, "advertise", "");
      for (Advertised one : advertise) {
        line(3, Quote.yaml(one.clients().toString()), Quote.yaml(one.address()));
      }
    }
  }

  private void gssapi(Gssapi gssapi) {
    line(1, "gssapi", "");
    line(2, "keytab", quotedOrNull(gssapi.keytab()));
    line(2, "principal", quotedOrNull(gssapi.principal()));
    line(2, "realm", quotedOrNull(gssapi.realm()));
    line(2, "protection", list(gssapi.protection(), Words::of));
    line(2, "nec", gssapi.nec());
  }

  private void rules(List<RuleLine> rules) {
    line(0, "rules", rules.isEmpty() ? "[]" : "");
    for (RuleLine rule : rules) {
      List<String> parts = new ArrayList<>();
      parts.add("allow: " + rule.allow());
      part(parts, "users", rule.users().stream().sorted().toList(), Quote::yaml);
      part(parts, "from", rule.from(), from -> Quote.yaml(from.toString()));
      part(parts, "commands", rule.commands().stream().sorted().toList(), Words::of);
      part(parts, "to", rule.to(), ConfigurationPrinter::target);
      part(parts, "ports", rule.ports(), Socks.PortRange::toString);
      if (rule.source() != null) {
        parts.add("source: " + Quote.yaml(Addresses.text(rule.source())));
      }
      out.append("  - { ").append(String.join(", ", parts)).append(" }\n");
    }
  }

  private static String target(Target target) {
    return Quote.yaml(
        switch (target) {
          case Target.Addresses(Network network) -> network.toString();
          case Target.Host(String name) -> name;
          case Target.Suffix(String name) -> "*." + name;
        });
  }

  private static <T> void part(
      List<String> parts, String key, Collection<T> values, Function<T, String> how) {
    if (!values.isEmpty()) {
      parts.add(key + ": " + list(values, how));
    }
  }

  private void dns(Dns dns) {
    line(0, "dns", "");
    line(1, "servers", list(dns.servers(), server -> Quote.yaml(server.toString())));
    line(1, "timeout", text(dns.timeout()));
    line(1, "cache-entries", dns.cacheEntries());
    line(1, "max-ttl", text(dns.maxTtl()));
    line(1, "negative-ttl", text(dns.negativeTtl()));
  }

  private void dissectors(Dissectors dissectors) {
    line(0, "dissectors", "");
    line(1, "enabled", dissectors.enabled());
    line(1, "protocols", list(dissectors.protocols(), Words::of));
    line(1, "secrets", dissectors.secretsInFull() ? "full" : "masked");
  }

  private void management(Management management) {
    line(0, "management", "");
    line(1, "mass", "");
    line(2, "listen", quotedOrNull(management.mass().listen()));
    line(2, "anonymous", management.mass().anonymous());
    line(2, "counters", management.mass().littleEndianCounters() ? "little-endian" : "network");
    line(1, "feed", "");
    line(2, "listen", quotedOrNull(management.feed().listen()));
    line(2, "tcp", quotedOrNull(management.feed().tcp()));
    line(1, "bottler", "");
    line(2, "listen", quotedOrNull(management.bottler().listen()));
    line(1, "http", "");
    line(2, "listen", quotedOrNull(management.http().listen()));
  }

  private void accounts(Accounts accounts) {
    line(0, "accounts", "");
    line(1, "url", quotedOrNull(accounts.url()));
    line(1, "max-users", accounts.maxUsers());
  }

  private void log(Log log) {
    line(0, "log", "");
    line(1, "access", quotedOrNull(log.access()));
    line(1, "security", Quote.yaml(log.security()));
    line(1, "format", Words.of(log.format()));
  }

  private void line(int depth, String key, Object value) {
    out.repeat("  ", depth).append(key).append(':');
    if (!value.equals("")) {
      out.append(' ').append(value);
    }
    out.append('\n');
  }

  private static String text(Duration duration) {
    return Quantities.text(duration);
  }

  private static <T> String list(Collection<T> values, Function<T, String> how) {
    return "[" + String.join(", ", values.stream().map(how).toList()) + "]";
  }

  private static String orNull(@Nullable Object value) {
    return value == null ? "null" : value.toString();
  }

  private static String quotedOrNull(@Nullable Object value) {
    return value == null ? "null" : Quote.yaml(value.toString());
  }
}
