package dev.argyle.server.config;

import dev.argyle.wire.socks.Command;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One rule. An empty list or set stands for "any". {@code Keys} has the meaning of each component.
 *
 * @param users names of users; {@code -} is a client without a name
 * @param from the client's networks: addresses, and lists of networks
 * @param to the destinations
 * @param source the local address that outbound sockets are bound to; null: the rule names none
 * @param egress by which of them outbound connections leave; null: by that of the account, or the
 *     default
 * @param place file and line, as in {@code argyle.yaml:21}
 */
public record RuleLine(
    boolean allow,
    Set<String> users,
    List<Target> from,
    Set<Command> commands,
    List<Target> to,
    List<Socks.PortRange> ports,
    @Nullable InetAddress source,
    @Nullable String egress,
    String place) {

  /** A rule that names no egress. */
  public RuleLine(
      boolean allow,
      Set<String> users,
      List<Target> from,
      Set<Command> commands,
      List<Target> to,
      List<Socks.PortRange> ports,
      @Nullable InetAddress source,
      String place) {
    this(allow, users, from, commands, to, ports, source, null, place);
  }

  /** A destination. Names are in lower case, without a trailing dot. */
  public sealed interface Target {
    record Addresses(Network network) implements Target {}

    record Host(String name) implements Target {}

    /** {@code *.example.org}: every name below {@code example.org}, itself not included. */
    record Suffix(String name) implements Target {}

    /** {@code @ads}: what the file of a {@link NameList} has. */
    record Listed(String list) implements Target {}

    /** {@code country:DE}: addresses that are there by the database of {@link Countries}. */
    record Country(String code) implements Target {}

    /**
     * Reads a network, an address, the name of a list behind {@code @}, or a country.
     *
     * @throws IllegalArgumentException for anything else; its message quotes the text and says what
     *     would be right
     */
    static Target client(String text) {
      if (Countries.isCountry(text)) {
        return new Country(Countries.code(text));
      }
      return text.startsWith("@") ? listed(text) : new Addresses(Network.parse(text));
    }

    private static Target listed(String text) {
      String name = text.substring(1);
      if (!OwnAttributes.isName(name)) {
        throw new IllegalArgumentException(
            Quote.of(text)
                + " is not a list; its name has 1 to 64 letters, digits, dots, hyphens and"
                + " underscores");
      }
      return new Listed(name);
    }

    /**
     * Reads a network, an address, a host name, {@code *.suffix}, the name of a list behind
     * {@code @}, or a country.
     *
     * @throws IllegalArgumentException for anything else; its message quotes the text and says what
     *     would be right
     */
    static Target parse(String text) {
      if (text.startsWith("@")) {
        return listed(text);
      }
      if (Countries.isCountry(text)) {
        return new Country(Countries.code(text));
      }
      if (text.indexOf('/') >= 0
          || text.indexOf(':') >= 0
          || dev.argyle.wire.Addresses.parse(text) != null) {
        return new Addresses(Network.parse(text));
      }
      boolean suffix = text.startsWith("*.");
      String name = HostNames.parse(suffix ? text.substring(2) : text);
      if (name == null) {
        throw new IllegalArgumentException(
            Quote.of(text)
                + " is not a destination; write a network (10.0.0.0/8), an address, a host name,"
                + " *.example.org, @LIST, or country:DE");
      }
      return suffix ? new Suffix(name) : new Host(name);
    }
  }

  public RuleLine {
    users = Set.copyOf(users);
    from = List.copyOf(from);
    commands = Set.copyOf(commands);
    to = List.copyOf(to);
    ports = List.copyOf(ports);
  }
}
