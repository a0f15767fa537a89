package dev.argyle.server.manage.http.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.argyle.server.control.ConnectionEntry;
import dev.argyle.server.manage.http.Json;
import dev.argyle.server.telemetry.EndedConnection;
import dev.argyle.wire.Addresses;
import dev.argyle.wire.RuleRef;
import dev.argyle.wire.UserName;
import dev.argyle.wire.socks.Command;
import java.io.IOException;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** How a connection is written, open or ended; wherever the API has one. Pure. */
public final class ConnectionJson {

  private ConnectionJson() {}

  /** The fields of an open connection; the object around them is the caller's. */
  public static void open(ConnectionEntry entry, JsonGenerator json) throws IOException {
    UserName user = entry.user();
    json.writeNumberField("id", entry.id());
    json.writeStringField("user", user == null ? null : JsonText.shown(user.text()));
    json.writeStringField("client", Addresses.text(entry.client()));
    json.writeNumberField("clientPort", entry.clientPort());
    request(
        command(entry.command()),
        entry.destination(),
        entry.destinationPort(),
        entry.reply() == ConnectionEntry.NONE ? null : entry.reply(),
        entry.rule(),
        json);
    InetAddress outgoing = entry.outgoing();
    json.writeStringField("outgoing", outgoing == null ? null : Addresses.text(outgoing));
    json.writeNumberField("octetsUp", entry.up());
    json.writeNumberField("octetsDown", entry.down());
    json.writeStringField("startedAt", Json.time(entry.startMillis()));
    json.writeNumberField("idleSeconds", entry.idleSeconds());
  }

  /** The fields of an ended connection. */
  public static void ended(EndedConnection ended, JsonGenerator json) throws IOException {
    String user = ended.user();
    json.writeNumberField("id", ended.id());
    json.writeStringField("user", user == null ? null : JsonText.shown(user));
    json.writeStringField("client", Addresses.text(ended.client()));
    json.writeNumberField("clientPort", ended.clientPort());
    request(
        ended.command(),
        ended.destination(),
        ended.destinationPort(),
        ended.reply() < 0 ? null : ended.reply(),
        ended.rule(),
        json);
    json.writeNumberField("octetsUp", ended.up());
    json.writeNumberField("octetsDown", ended.down());
    json.writeStringField("startedAt", Json.time(ended.startMillis()));
    json.writeStringField("endedAt", Json.time(ended.endMillis()));
    json.writeNumberField("durationMillis", ended.durationMillis());
    json.writeStringField("reason", ended.reason().word());
    String detail = ended.detail();
    json.writeStringField("detail", detail == null ? null : JsonText.shown(detail));
    json.writeStringField("fault", ended.reason().fault().word());
  }

  /** What was asked for, and what came of it. */
  public static void request(
      @Nullable Command command,
      @Nullable String destination,
      int port,
      @Nullable Integer reply,
      @Nullable RuleRef rule,
      JsonGenerator json)
      throws IOException {
    json.writeStringField("command", command == null ? null : word(command));
    json.writeStringField("destination", destination == null ? null : JsonText.host(destination));
    json.writeNumberField("destinationPort", port);
    json.writeFieldName("reply");
    if (reply == null) {
      json.writeNull();
    } else {
      json.writeNumber(reply);
    }
    json.writeStringField("rule", rule == null ? null : JsonText.shown(rule.words()));
    json.writeFieldName("ruleNumber");
    if (rule == null) {
      json.writeNull();
    } else {
      json.writeNumber(rule.number());
    }
  }

  private static @Nullable Command command(int code) {
    for (Command command : Command.values()) {
      if (command.code() == code) {
        return command;
      }
    }
    return null;
  }

  /** As RFC 1928 has it. */
  public static String word(Command command) {
    return switch (command) {
      case CONNECT -> "CONNECT";
      case BIND -> "BIND";
      case UDP -> "UDP ASSOCIATE";
    };
  }
}
