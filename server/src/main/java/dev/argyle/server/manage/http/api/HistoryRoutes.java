package dev.argyle.server.manage.http.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.argyle.server.control.HistoryControl;
import dev.argyle.server.control.Operation;
import dev.argyle.server.control.Result;
import dev.argyle.server.history.History;
import dev.argyle.server.history.HistoryEntry;
import dev.argyle.server.history.HistoryException;
import dev.argyle.server.history.HistoryQuery;
import dev.argyle.server.manage.http.Json;
import dev.argyle.server.manage.http.Problem;
import dev.argyle.server.manage.http.Query;
import dev.argyle.server.manage.http.Request;
import dev.argyle.server.manage.http.Response;
import dev.argyle.server.manage.http.Route;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.wire.Addresses;
import dev.argyle.wire.RuleRef;
import dev.argyle.wire.UserName;
import java.io.IOException;
import java.net.InetAddress;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code /history}: ended connections on disk, searched, and a person's entries deleted. */
public final class HistoryRoutes {

  private static final int MAX_PORT = 65_535;
  private static final int MAX_REPLY = 255;

  private final HistoryControl control;

  private HistoryRoutes(HistoryControl control) {
    this.control = control;
  }

  /** The routes. */
  public static List<Route> of(HistoryControl control) {
    HistoryRoutes history = new HistoryRoutes(control);
    return List.of(
        Route.get("/api/v1/history")
            .needs(Operation.HISTORY)
            .query(
                "from",
                "to",
                "user",
                "client",
                "destination",
                "port",
                "rule",
                "reply",
                "reason",
                "command",
                "minOctets",
                "minDurationSeconds",
                "cursor",
                "limit")
            .answers(history::search),
        Route.delete("/api/v1/history")
            .needs(Operation.FORGET_USER)
            .query("user")
            .answers(history::forget));
  }

  private Response search(Request request) {
    Query query = request.query();
    HistoryQuery wanted = wanted(query);
    long cursor = Cursor.HISTORY.number(request, History.NEWEST);
    if (cursor < 1) {
      throw Cursor.wrong();
    }
    History.Page page =
        readable(() -> control.search(request.actor(), wanted, cursor, query.limit()));
    String older = page.older() == 0 ? null : Cursor.HISTORY.text(page.older());
    return Items.list(page.entries(), older, HistoryRoutes::write);
  }

  /** Runs what reads; a disk that fails is told. */
  static <T> T readable(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (HistoryException failed) {
      throw Problem.unavailable(
              "the history cannot be read: " + failed.getMessage(), "see to the server's disk")
          .exception();
    }
  }

  private static HistoryQuery wanted(Query query) {
    UserName user = user(query);
    String client = query.text("client");
    String destination = query.text("destination");
    String command = query.text("command");
    return new HistoryQuery(
        time(query, "from", 0),
        time(query, "to", Long.MAX_VALUE),
        user == null ? null : user.text(),
        client == null ? null : FilterReading.network(client),
        destination == null ? null : JsonText.latin1(destination),
        (int) query.number("port", 0, MAX_PORT, HistoryQuery.ANY),
        (int) query.number("rule", 0, Integer.MAX_VALUE, HistoryQuery.ANY),
        (int) query.number("reply", 0, MAX_REPLY, HistoryQuery.ANY),
        reason(query.text("reason")),
        command == null ? null : FilterReading.command(command),
        query.number("minOctets", 0, Long.MAX_VALUE, 0),
        query.number("minDurationSeconds", 0, FilterReading.A_YEAR_OF_SECONDS, 0));
  }

  /** The parameter {@code user}; null: it is not there. */
  static @Nullable UserName user(Query query) {
    String text = query.text("user");
    try {
      return text == null ? null : UserName.of(text);
    } catch (IllegalArgumentException none) {
      throw Problem.invalidField(
              "user", "is no user's name", "a name has 1 to " + UserName.MAX_OCTETS + " octets")
          .exception();
    }
  }

  private static long time(Query query, String name, long otherwise) {
    String text = query.text(name);
    if (text == null) {
      return otherwise;
    }
    try {
      return text.indexOf('T') < 0
          ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli()
          : OffsetDateTime.parse(text).toInstant().toEpochMilli();
    } catch (DateTimeException | ArithmeticException none) {
      throw Problem.invalidField(
              name,
              "is no time",
              "send ISO 8601, such as 2026-11-30T02:31:37Z, or a day, such as 2026-11-30")
          .exception();
    }
  }

  private static @Nullable String reason(@Nullable String word) {
    List<String> known = Arrays.stream(EndReason.values()).map(EndReason::word).toList();
    if (word != null && !known.contains(word)) {
      throw Problem.invalidField(
              "reason", "is no reason", "send one of: " + String.join(", ", known))
          .exception();
    }
    return word;
  }

  private static void write(HistoryEntry entry, JsonGenerator json) throws IOException {
    String user = entry.user();
    InetAddress client = entry.client();
    String rule = entry.rule();
    String detail = entry.detail();
    json.writeNumberField("key", entry.key());
    json.writeNumberField("id", entry.id());
    json.writeStringField("user", user == null ? null : JsonText.shown(user));
    json.writeStringField("client", client == null ? null : Addresses.text(client));
    if (client == null) {
      json.writeNullField("clientPort");
    } else {
      json.writeNumberField("clientPort", entry.clientPort());
    }
    ConnectionJson.request(
        entry.command(),
        entry.destination(),
        entry.destinationPort(),
        entry.reply() < 0 ? null : entry.reply(),
        rule == null ? null : new RuleRef(entry.ruleNumber(), rule),
        json);
    InetAddress outgoing = entry.outgoing();
    json.writeStringField("outgoing", outgoing == null ? null : Addresses.text(outgoing));
    json.writeNumberField("octetsUp", entry.up());
    json.writeNumberField("octetsDown", entry.down());
    json.writeStringField("startedAt", Json.time(entry.startMillis()));
    json.writeStringField("endedAt", Json.time(entry.endMillis()));
    json.writeNumberField("durationMillis", entry.endMillis() - entry.startMillis());
    json.writeStringField("reason", entry.reason());
    json.writeStringField("detail", detail == null ? null : JsonText.shown(detail));
    json.writeStringField("fault", entry.fault());
  }

  private Response forget(Request request) {
    UserName user = user(request.query());
    if (user == null) {
      throw Problem.invalidField("user", "is missing", "name the user whose entries are deleted")
          .exception();
    }
    HistoryControl.Deletion deletion = control.forget(request.actor(), user);
    if (deletion.result() instanceof Result.NotAllowed(String reason, boolean _)) {
      throw Problem.forbidden(reason, "log in again, as an administrator").exception();
    }
    if (!(deletion.result() instanceof Result.Done)) {
      throw Problem.unavailable(
              "the history cannot be changed", "see the server's log, and try again")
          .exception();
    }
    return Response.json(
        json -> {
          json.writeNumberField("entries", deletion.entries());
          json.writeNumberField("days", deletion.days());
        });
  }
}
