package dev.argyle.cli.door;

import dev.argyle.client.manage.Connection;
import dev.argyle.wire.Addresses;
import dev.argyle.wire.Destination;
import dev.argyle.wire.Host;
import dev.argyle.wire.UserName;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Connections of the HTTP API as the other doors have them. */
final class HttpConnections {

  private HttpConnections() {}

  static Connection connection(Document one) {
    return new Connection(
        one.number("id", 0),
        time(one.text("startedAt")),
        Optional.ofNullable(one.text("endedAt")).map(HttpConnections::time),
        one.number("octetsUp", 0),
        one.number("octetsDown", 0),
        (int) one.number("reply", Connection.NO_REPLY),
        command(one.text("command")),
        Optional.ofNullable(one.text("user")).map(HttpConnections::user),
        destination(one.text("client"), (int) one.number("clientPort", 0)),
        destination(one.text("destination"), (int) one.number("destinationPort", 0)),
        Optional.ofNullable(one.text("outgoing")).map(Addresses::parse));
  }

  /** 1970 for what is no time. */
  static Instant time(@Nullable String text) {
    try {
      return text == null ? Instant.EPOCH : Instant.parse(text);
    } catch (DateTimeException malformed) {
      return Instant.EPOCH;
    }
  }

  private static UserName user(String shown) {
    return UserName.ofEscaped(shown.getBytes(StandardCharsets.UTF_8));
  }

  private static int command(@Nullable String word) {
    return switch (word) {
      case "CONNECT" -> 1;
      case "BIND" -> 2;
      case "UDP ASSOCIATE" -> 3;
      case null, default -> 0;
    };
  }

  private static Destination destination(@Nullable String host, int port) {
    if (host == null || host.isEmpty() || port < 0 || port > 0xFFFF) {
      return Destination.UNSPECIFIED;
    }
    InetAddress address = Addresses.parse(host);
    if (address != null) {
      return new Destination(Host.of(address), port);
    }
    byte[] octets = host.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(octets.length, Host.Name.MAX_OCTETS);
    return new Destination(
        new Host.Name(new String(octets, 0, length, StandardCharsets.ISO_8859_1)), port);
  }

  /** The query of a filter; empty: it wants everything. */
  static String query(Door.HistoryFilter filter) {
    StringBuilder query = new StringBuilder();
    filter
        .parameters()
        .forEach(
            (name, value) ->
                query
                    .append(query.isEmpty() ? '?' : '&')
                    .append(name)
                    .append('=')
                    .append(HttpApi.escaped(value)));
    return query.toString();
  }
}
