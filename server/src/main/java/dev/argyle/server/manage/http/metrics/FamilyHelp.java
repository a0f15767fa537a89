package dev.argyle.server.manage.http.metrics;

import dev.argyle.server.telemetry.Series;
import java.util.Map;

/** What a family of several figures says of all of them; docs/metrics.md says it of each. */
final class FamilyHelp {

  private static final Map<String, String> HELP =
      Map.of(
          "refused", "Clients and requests that were refused, by reason.",
          "requests", "Requests, successful or not, by command.",
          "replies", "Requests answered, by reply code (RFC 1928, section 6).",
          "payload_bytes", "Payload of clients, without handshakes; up is from the client.",
          "tunnels", "Tunnels that were started, by how bytes are relayed.",
          "udp_datagrams", "Datagrams relayed; up is from the client.",
          "udp_dropped", "Datagrams lost in the relay, by reason.",
          "door_connections", "Open connections at the management doors.",
          "logins_waiting", "Logins that wait for a turn, by what they wait for.",
          "held_bytes", "What waits for its reader or for the rest of a handshake, by place.");

  private static final Map<String, String> MORE =
      Map.of("held_limit_bytes", "The most that may wait, by place.");

  private FamilyHelp() {}

  /**
   * One sentence.
   *
   * @param meaning of the only figure, where there is one
   */
  static String of(Series series, String meaning) {
    if (series.label() == null) {
      return meaning;
    }
    String help = HELP.getOrDefault(series.family(), MORE.get(series.family()));
    if (help == null) {
      throw new IllegalStateException("no help for the family " + series.family());
    }
    return help;
  }
}
