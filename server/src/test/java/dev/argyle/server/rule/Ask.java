package dev.argyle.server.rule;

import dev.argyle.server.config.Network;
import dev.argyle.server.config.RuleLine;
import dev.argyle.server.config.RuleLine.Target;
import dev.argyle.server.config.Socks.PortRange;
import dev.argyle.wire.socks.Command;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Questions and rules in few words. */
record Ask(@Nullable String user, String from, Command command, @Nullable String name, int port) {

  static final Ask STRANGER = new Ask(null, "198.51.100.9", Command.CONNECT, null, 80);
  static final Ask LOCAL = STRANGER.from("127.0.0.1");

  Ask user(String user) {
    return new Ask(user, from, command, name, port);
  }

  Ask from(String from) {
    return new Ask(user, from, command, name, port);
  }

  Ask command(Command command) {
    return new Ask(user, from, command, name, port);
  }

  Ask name(@Nullable String name) {
    return new Ask(user, from, command, name, port);
  }

  Ask port(int port) {
    return new Ask(user, from, command, name, port);
  }

  /** The same from an account with rules of its own. */
  Decision own(String rules, String address, RuleLine... lines) {
    return RuleBook.compile(List.of(lines))
        .decide(new Question(user, ip(from), command, name, ip(address), port, rules));
  }

  Question question(String address) {
    return new Question(user, ip(from), command, name, ip(address), port);
  }

  Decision to(String address, RuleBook book) {
    return book.decide(question(address));
  }

  Decision to(String address, RuleLine... lines) {
    return to(address, RuleBook.compile(List.of(lines)));
  }

  /** An address; an IPv4-mapped one stays one of IPv6. */
  static InetAddress ip(String literal) {
    try {
      return literal.startsWith("::ffff:") && !literal.startsWith("::ffff:0:")
          ? Inet6Address.getByAddress(null, mapped(InetAddress.ofLiteral(literal)), -1)
          : InetAddress.ofLiteral(literal);
    } catch (UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static byte[] mapped(InetAddress ipv4) {
    byte[] octets = new byte[16];
    octets[10] = octets[11] = (byte) 0xff;
    System.arraycopy(ipv4.getAddress(), 0, octets, 12, 4);
    return octets;
  }

  static RuleLine allow(String... to) {
    return line(true, to);
  }

  static RuleLine deny(String... to) {
    return line(false, to);
  }

  private static RuleLine line(boolean allow, String... to) {
    List<Target> targets = Stream.of(to).map(Ask::target).toList();
    return new RuleLine(
        allow, Set.of(), List.of(), Set.of(), targets, List.of(), null, "argyle.yaml:7");
  }

  static RuleLine users(RuleLine line, String... users) {
    return new RuleLine(
        line.allow(),
        Set.of(users),
        line.from(),
        line.commands(),
        line.to(),
        line.ports(),
        line.source(),
        line.place());
  }

  static RuleLine from(RuleLine line, String... networks) {
    return new RuleLine(
        line.allow(),
        line.users(),
        Stream.of(networks).map(Ask::target).toList(),
        line.commands(),
        line.to(),
        line.ports(),
        line.source(),
        line.place());
  }

  static RuleLine commands(RuleLine line, Command... commands) {
    return new RuleLine(
        line.allow(),
        line.users(),
        line.from(),
        Set.of(commands),
        line.to(),
        line.ports(),
        line.source(),
        line.place());
  }

  static RuleLine ports(RuleLine line, PortRange... ports) {
    return new RuleLine(
        line.allow(),
        line.users(),
        line.from(),
        line.commands(),
        line.to(),
        List.of(ports),
        line.source(),
        line.place());
  }

  static RuleLine source(RuleLine line, String source) {
    return new RuleLine(
        line.allow(),
        line.users(),
        line.from(),
        line.commands(),
        line.to(),
        line.ports(),
        ip(source),
        line.place());
  }

  static Network network(String text) {
    int slash = text.indexOf('/');
    return new Network(
        InetAddress.ofLiteral(text.substring(0, slash)),
        Integer.parseInt(text.substring(slash + 1)));
  }

  private static Target target(String text) {
    if (text.startsWith("@")) {
      return new Target.Listed(text.substring(1));
    }
    if (text.startsWith("country:")) {
      return new Target.Country(text.substring("country:".length()));
    }
    if (text.contains("/")) {
      return new Target.Addresses(network(text));
    }
    return text.startsWith("*.") ? new Target.Suffix(text.substring(2)) : new Target.Host(text);
  }
}
