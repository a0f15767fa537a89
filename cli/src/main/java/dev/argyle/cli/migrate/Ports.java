package dev.argyle.cli.migrate;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Ports as other servers write them. */
final class Ports {

  private static final int MOST = 65_535;

  /** Names that configurations use; others are left out. */
  private static final Map<String, Integer> NAMES =
      Map.ofEntries(
          Map.entry("ftp-data", 20),
          Map.entry("ftp", 21),
          Map.entry("ssh", 22),
          Map.entry("telnet", 23),
          Map.entry("smtp", 25),
          Map.entry("domain", 53),
          Map.entry("http", 80),
          Map.entry("pop3", 110),
          Map.entry("imap", 143),
          Map.entry("imap2", 143),
          Map.entry("https", 443),
          Map.entry("submission", 587),
          Map.entry("imaps", 993),
          Map.entry("pop3s", 995),
          Map.entry("socks", 1080));

  private Ports() {}

  /** A number or a name. */
  static int port(String text) {
    Integer named = NAMES.get(text);
    int port = named != null ? named : Integer.parseInt(text);
    if (port < 0 || port > MOST) {
      throw new IllegalArgumentException(text + " is no port");
    }
    return port;
  }

  /** The ports from one to another, as our file has them; empty: every port. */
  static List<String> range(int least, int most) {
    int from = Math.max(least, 1);
    int to = Math.min(most, MOST);
    if (from > to) {
      throw new IllegalArgumentException("no port is meant");
    }
    if (from == 1 && to == MOST) {
      return List.of();
    }
    return List.of(from == to ? String.valueOf(from) : from + "-" + to);
  }

  /**
   * By an operator of dante.
   *
   * @return null: it is none
   */
  static @Nullable List<String> compared(String operator, int port) {
    return switch (operator) {
      case "=", "eq" -> range(port, port);
      case ">=", "ge" -> range(port, MOST);
      case "<=", "le" -> range(1, port);
      case ">", "gt" -> range(port + 1, MOST);
      case "<", "lt" -> range(1, port - 1);
      case "!=", "neq" ->
          port <= 1
              ? range(2, MOST)
              : port == MOST
                  ? range(1, MOST - 1)
                  : List.of("1-" + (port - 1), (port + 1) + "-" + MOST);
      default -> null;
    };
  }
}
