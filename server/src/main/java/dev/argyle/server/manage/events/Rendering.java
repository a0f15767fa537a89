package dev.argyle.server.manage.events;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.argyle.server.control.ConnectionEntry;
import dev.argyle.server.manage.http.Json;
import dev.argyle.server.manage.http.api.ConnectionJson;
import dev.argyle.server.manage.http.api.JsonText;
import dev.argyle.server.telemetry.EndedConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Messages as events of {@code text/event-stream}: each one line of JSON. Belongs to the hub's
 * thread.
 */
final class Rendering {

  /** Of one message, whatever names its connections have: one row more may be in it. */
  static final int MESSAGE_OCTETS = 1 << 20;

  /** Of these, for connections that open; the next are told with the next message. */
  static final int NEWS_OCTETS = 384 << 10;

  /** Of these, for those that end; the others are told by number only. */
  static final int ENDED_OCTETS = 384 << 10;

  static final int USERS_AT_MOST = 10;

  private static final JsonFactory JSON = new JsonFactory();

  private long firstLeft; // number of the first that moved and was left out

  private interface Body {
    void write(JsonGenerator json, ByteArrayOutputStream out) throws IOException;
  }

  private static Message message(long id, Message.Kind kind, Body body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    String name = kind.name().toLowerCase(Locale.ROOT);
    String numbered = id == Message.NO_ID ? "" : "id: " + id + "\n";
    out.writeBytes((numbered + "event: " + name + "\ndata: ").getBytes(StandardCharsets.US_ASCII));
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      body.write(json, out);
      json.writeEndObject();
    } catch (IOException impossible) { // into memory
      throw new UncheckedIOException(impossible);
    }
    out.writeBytes(new byte[] {'\n', '\n'});
    return new Message(id, kind, out.toByteArray());
  }

  /** Messages are missing before the next one, whose id is greater. */
  static Message gap(long id) {
    return message(id, Message.Kind.GAP, (_, _) -> {});
  }

  /** Without a number: who comes back resumes behind the last message that was read. */
  static Message dropped(String reason) {
    return message(
        Message.NO_ID, Message.Kind.DROPPED, (json, _) -> json.writeStringField("reason", reason));
  }

  /** Totals, rates and the users that moved most in so many nanoseconds. */
  Message totals(
      long id, long nowMillis, Totals totals, Rates rates, Map<String, Long> users, long nanos) {
    return message(
        id,
        Message.Kind.TOTALS,
        (json, _) -> {
          json.writeStringField("at", Json.time(nowMillis));
          json.writeFieldName("totals");
          totals.write(json);
          json.writeFieldName("rates");
          rates.write(json);
          json.writeArrayFieldStart("topUsers");
          for (Map.Entry<String, Long> user : users.entrySet()) {
            json.writeStartObject();
            String name = user.getKey();
            json.writeStringField("user", name.isEmpty() ? null : JsonText.shown(name));
            json.writeNumberField("octetsPerSecond", perSecond(user.getValue(), nanos));
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  private static long perSecond(long octets, long nanos) {
    return Math.round(octets / (Math.max(1, nanos) / (double) TimeUnit.SECONDS.toNanos(1)));
  }

  /** What has changed; what does not fit stays untold, and so comes with the next one. */
  Message connections(long id, long nowNanos, Changes changes) {
    return message(
        id,
        Message.Kind.CONNECTIONS,
        (json, out) -> {
          news(changes.news(), nowNanos, json, out);
          ended(changes, json, out);
          moved(changes.moved(), nowNanos, json, out);
        });
  }

  private static void news(
      List<Row> news, long nowNanos, JsonGenerator json, ByteArrayOutputStream out)
      throws IOException {
    json.writeArrayFieldStart("opened");
    for (Row row : news) {
      if (size(json, out) > NEWS_OCTETS) {
        break;
      }
      if (!row.endIsTold) { // else its end is all there is to tell
        int state = row.state();
        json.writeStartObject();
        ConnectionJson.open(ConnectionEntry.of(row.connection, nowNanos), json);
        json.writeEndObject();
        row.isTold(state);
      }
    }
    json.writeEndArray();
  }

  private static void ended(Changes changes, JsonGenerator json, ByteArrayOutputStream out)
      throws IOException {
    int bound = size(json, out) + ENDED_OCTETS;
    int written = 0;
    json.writeArrayFieldStart("ended");
    for (EndedConnection one : changes.ended()) {
      if (size(json, out) > bound) {
        break;
      }
      json.writeStartObject();
      ConnectionJson.ended(one, json);
      json.writeEndObject();
      written++;
    }
    json.writeEndArray();
    long untold = changes.lost();
    json.writeArrayFieldStart("gone");
    for (EndedConnection one : changes.ended().subList(written, changes.ended().size())) {
      if (changes.wasTold(one)) {
        json.writeNumber(one.id());
      } else {
        untold++;
      }
    }
    for (Row row : changes.gone()) {
      json.writeNumber(row.id());
    }
    json.writeEndArray();
    json.writeNumberField("untold", untold);
  }

  /** In turn: with those that were left out the last time first. */
  private void moved(List<Row> moved, long nowNanos, JsonGenerator json, ByteArrayOutputStream out)
      throws IOException {
    int first = 0;
    while (first < moved.size() && moved.get(first).id() < firstLeft) {
      first++;
    }
    firstLeft = 0;
    json.writeArrayFieldStart("moved");
    for (int i = 0; i < moved.size(); i++) {
      Row row = moved.get((first + i) % moved.size());
      if (size(json, out) > MESSAGE_OCTETS) {
        firstLeft = row.id();
        break;
      }
      if (!row.endIsTold) {
        json.writeStartArray();
        json.writeNumber(row.id());
        json.writeNumber(row.connection.up());
        json.writeNumber(row.connection.down());
        json.writeNumber(row.idleSeconds(nowNanos));
        json.writeEndArray();
      }
      row.octetsAreTold();
    }
    json.writeEndArray();
  }

  private static int size(JsonGenerator json, ByteArrayOutputStream out) {
    return out.size() + json.getOutputBuffered();
  }
}
