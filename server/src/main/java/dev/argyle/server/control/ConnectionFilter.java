package dev.argyle.server.control;

import dev.argyle.server.config.Network;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.server.telemetry.LogText;
import dev.argyle.wire.Addresses;
import dev.argyle.wire.RuleRef;
import dev.argyle.wire.UserName;
import dev.argyle.wire.socks.Command;
import java.net.InetAddress;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Which open connections are meant: those of which every condition holds. Immutable.
 *
 * @param user the name's text form, {@code -}: clients without a name; null: any
 * @param client where from; null: anywhere
 * @param destination as {@link #plain} has it, or {@code *.} and a name for all names below it;
 *     null: any
 * @param port of the destination; 0: any
 * @param rule the number of the rule that has decided, 0: a default; {@link #ANY}: any
 * @param command null: any, or none yet
 * @param minOctets payload, both ways
 * @param minDurationSeconds for which it has been open
 * @param minIdleSeconds for which no payload has passed
 * @param text in lower case, to be found in the user's name, the destination or the client's
 *     address; null: any
 */
public record ConnectionFilter(
    @Nullable String user,
    @Nullable Network client,
    @Nullable String destination,
    int port,
    int rule,
    @Nullable Command command,
    long minOctets,
    long minDurationSeconds,
    long minIdleSeconds,
    @Nullable String text) {

  /** For {@link #rule}. */
  public static final int ANY = -1;

  private static final String NOBODY = "-";

  public static final ConnectionFilter ALL =
      new ConnectionFilter(null, null, null, 0, ANY, null, 0, 0, 0, null);

  /** One user's. */
  public static ConnectionFilter of(UserName user) {
    return new ConnectionFilter(user.text(), null, null, 0, ANY, null, 0, 0, 0, null);
  }

  /**
   * A host as this compares it: in lower case, without a trailing dot; an address in its one form.
   */
  public static String plain(String host) {
    InetAddress address = Addresses.parse(host);
    if (address != null) {
      return Addresses.text(address);
    }
    String plain = host.toLowerCase(Locale.ROOT);
    return plain.endsWith(".") ? plain.substring(0, plain.length() - 1) : plain;
  }

  /** Whether every condition holds at {@code nowNanos}, by {@link System#nanoTime}. */
  boolean matches(LiveConnection connection, long nowNanos) {
    return (command == null || command == connection.command()) // first: see LiveConnection
        && (user == null || user.equals(userOf(connection)))
        && (port == 0 || port == connection.destinationPort())
        && (rule == ANY || matchesRule(connection.rule()))
        && (minOctets <= 0 || connection.up() + connection.down() >= minOctets)
        && (minDurationSeconds <= 0
            || nowNanos - connection.startNanos() >= TimeUnit.SECONDS.toNanos(minDurationSeconds))
        && (minIdleSeconds <= 0
            || connection.idleNanos(nowNanos) >= TimeUnit.SECONDS.toNanos(minIdleSeconds))
        && (client == null || client.contains(connection.client()))
        && (destination == null || matchesDestination(connection.destination()))
        && (text == null || matchesText(connection));
  }

  private static String userOf(LiveConnection connection) {
    String name = connection.user();
    return name == null ? NOBODY : name;
  }

  private boolean matchesRule(@Nullable RuleRef by) {
    return by != null && by.number() == rule;
  }

  private boolean matchesDestination(@Nullable String host) {
    if (host == null || destination == null) {
      return false;
    }
    String plain = plain(host);
    return destination.startsWith("*.")
        ? plain.endsWith(destination.substring(1)) && plain.length() >= destination.length()
        : plain.equals(destination);
  }

  private boolean matchesText(LiveConnection connection) {
    return contains(connection.user())
        || contains(connection.destination())
        || contains(Addresses.text(connection.client()));
  }

  private boolean contains(@Nullable String where) {
    return where != null && text != null && where.toLowerCase(Locale.ROOT).contains(text);
  }

  /** What is meant, in words for the audit log: escaped. */
  String words() {
    StringBuilder words = new StringBuilder();
    add(words, "user", user == null ? null : escaped(user));
    add(words, "client", client);
    add(words, "destination", destination == null ? null : escaped(destination));
    add(words, "port", port == 0 ? null : port);
    add(words, "rule", rule == ANY ? null : rule);
    add(words, "command", command == null ? null : command.word());
    add(words, "min-octets", minOctets <= 0 ? null : minOctets);
    add(words, "min-duration-seconds", minDurationSeconds <= 0 ? null : minDurationSeconds);
    add(words, "min-idle-seconds", minIdleSeconds <= 0 ? null : minIdleSeconds);
    add(words, "text", text == null ? null : escaped(text));
    return words.isEmpty() ? "all" : words.toString();
  }

  private static String escaped(String value) {
    return Changes.quoted(LogText.escaped(value));
  }

  private static void add(StringBuilder words, String name, @Nullable Object value) {
    if (value != null) {
      words.append(words.isEmpty() ? "" : " ").append(name).append('=').append(value);
    }
  }
}
