package dev.argyle.server.manage.events;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.argyle.server.telemetry.EndedConnection;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.server.telemetry.LogText;
import dev.argyle.wire.Addresses;
import dev.argyle.wire.UserName;
import dev.argyle.wire.socks.Command;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Connections as JSON objects of the HTTP API. Text of peers is escaped as in the logs. */
public final class ConnectionRows {

  private static final DateTimeFormatter MILLISECONDS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  private ConnectionRows() {}

  /** {@code 2026-01-02T03:04:05.678Z}. */
  public static String time(long millis) {
    return MILLISECONDS.format(Instant.ofEpochMilli(millis));
  }

  /**
   * Writes an open connection.
   *
   * @param idleSeconds since it last moved an octet, or since its start
   */
  public static void open(LiveConnection connection, long idleSeconds, JsonGenerator json)
      throws IOException {
    Command command = connection.command(); // first: what belongs to it is visible then
    json.writeStartObject();
    json.writeNumberField("id", connection.id());
    who(connection.user(), connection.client(), connection.clientPort(), json);
    what(command, connection.destination(), connection.destinationPort(), connection.reply(), json);
    json.writeNumberField("octetsUp", connection.up());
    json.writeNumberField("octetsDown", connection.down());
    json.writeStringField("startedAt", time(connection.startMillis()));
    json.writeNumberField("idleSeconds", idleSeconds);
    json.writeEndObject();
  }

  /** Writes an ended one. */
  public static void ended(EndedConnection ended, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeNumberField("id", ended.id());
    who(ended.user(), ended.client(), ended.clientPort(), json);
    what(ended.command(), ended.destination(), ended.destinationPort(), ended.reply(), json);
    json.writeNumberField("octetsUp", ended.up());
    json.writeNumberField("octetsDown", ended.down());
    json.writeStringField("startedAt", time(ended.startMillis()));
    json.writeStringField("endedAt", time(ended.endMillis()));
    json.writeNumberField("durationMillis", ended.durationMillis());
    json.writeStringField("reason", ended.reason().word());
    StringBuilder detail = new StringBuilder();
    if (ended.detail() != null) {
      LogText.escapeTheRest(ended.detail(), detail);
    }
    json.writeStringField("detail", ended.detail() == null ? null : detail.toString());
    json.writeStringField("fault", ended.reason().fault().word());
    json.writeEndObject();
  }

  private static void who(
      @Nullable String user, InetAddress client, int clientPort, JsonGenerator json)
      throws IOException {
    json.writeStringField("user", user == null ? null : user(user));
    json.writeStringField("client", Addresses.text(client));
    json.writeNumberField("clientPort", clientPort);
  }

  /** A user, from the text form of the name, as {@code argyle users} shows it. */
  public static String user(String text) {
    return UserName.of(text).escaped();
  }

  private static void what(
      @Nullable Command command,
      @Nullable String destination,
      int destinationPort,
      int reply,
      JsonGenerator json)
      throws IOException {
    json.writeStringField("command", command == null ? null : word(command));
    if (command == null || destination == null) {
      json.writeNullField("destination");
      json.writeNullField("destinationPort");
    } else {
      json.writeStringField("destination", LogText.escaped(destination));
      json.writeNumberField("destinationPort", destinationPort);
    }
    if (reply == LiveConnection.NO_REPLY) {
      json.writeNullField("reply");
    } else {
      json.writeNumberField("reply", reply);
    }
    json.writeNullField("rule");
    json.writeNullField("ruleNumber");
  }

  private static String word(Command command) {
    return switch (command) {
      case CONNECT -> "CONNECT";
      case BIND -> "BIND";
      case UDP -> "UDP ASSOCIATE";
    };
  }
}
