package dev.argyle.server.manage.http.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.argyle.server.admission.PenaltyEntry;
import dev.argyle.server.control.Change;
import dev.argyle.server.control.Operation;
import dev.argyle.server.control.ProxyControl;
import dev.argyle.server.control.SecurityControl;
import dev.argyle.server.manage.http.Json;
import dev.argyle.server.manage.http.Problem;
import dev.argyle.server.manage.http.Request;
import dev.argyle.server.manage.http.Response;
import dev.argyle.server.manage.http.Route;
import dev.argyle.server.telemetry.Door;
import dev.argyle.server.telemetry.MalformedHandshakes;
import dev.argyle.wire.Addresses;
import dev.argyle.wire.Source;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code /penalties}, {@code /malformed} and {@code /changes}. */
public final class SecurityRoutes {

  private static final String PENALTIES = "/api/v1/penalties";

  /** Whether it is IPv6, and its key. */
  private static final int SOURCE_OCTETS = 1 + Long.BYTES;

  private static final String NETWORK_OF_A_SOURCE = "/64";

  private final SecurityControl security;

  private SecurityRoutes(SecurityControl security) {
    this.security = security;
  }

  public static List<Route> of(ProxyControl control) {
    SecurityRoutes routes = new SecurityRoutes(control.securityControl());
    return List.of(
        Route.get(PENALTIES)
            .needs(Operation.PENALTIES)
            .query("cursor", "limit")
            .answers(routes::penalties),
        Route.delete(PENALTIES + "/{source}").needs(Operation.FORGIVE).answers(routes::forgive),
        Route.get("/api/v1/malformed")
            .needs(Operation.MALFORMED)
            .query("cursor", "limit")
            .answers(routes::malformed),
        Route.get("/api/v1/changes")
            .needs(Operation.CHANGES)
            .query("cursor", "limit")
            .answers(routes::changes));
  }

  // Penalties

  private Response penalties(Request request) {
    long now = System.currentTimeMillis();
    int limit = request.query().limit();
    return Items.page(
        security.penalties(request.actor(), after(request), limit),
        next -> Cursor.PENALTIES.text(octets(next)),
        (penalty, json) -> write(penalty, now, json));
  }

  private static byte[] octets(Source source) {
    return ByteBuffer.allocate(SOURCE_OCTETS)
        .put((byte) (source.six() ? 1 : 0))
        .putLong(source.key())
        .array();
  }

  private static @Nullable Source after(Request request) {
    byte[] octets = Cursor.PENALTIES.octets(request);
    if (octets == null) {
      return null;
    }
    if (octets.length != SOURCE_OCTETS) {
      throw Cursor.wrong();
    }
    ByteBuffer in = ByteBuffer.wrap(octets);
    return new Source(in.get() == 1, in.getLong());
  }

  private static void write(PenaltyEntry penalty, long now, JsonGenerator json) throws IOException {
    Door door = penalty.door();
    json.writeStringField("source", penalty.source().text());
    json.writeStringField("door", door == null ? null : door.word());
    json.writeStringField("until", Json.time(now + penalty.left().toMillis()));
    json.writeStringField("state", penalty.refused() ? "refused" : "delayed");
    json.writeStringField("reason", penalty.reason().word());
  }

  private Response forgive(Request request) {
    Results.done(security.forgive(request.actor(), source(request.parameter("source"))));
    return Response.noContent();
  }

  private static Source source(String text) {
    String address =
        text.endsWith(NETWORK_OF_A_SOURCE)
            ? text.substring(0, text.length() - NETWORK_OF_A_SOURCE.length())
            : text;
    InetAddress parsed = Addresses.parse(address);
    if (parsed == null) {
      throw Problem.notFound(
              "that is no source",
              "send an address, or source as GET " + PENALTIES + " has it, percent-encoded")
          .exception();
    }
    return Source.of(parsed);
  }

  // What is kept of the past

  private Response malformed(Request request) {
    return Items.page(
        security.malformed(
            request.actor(),
            Cursor.MALFORMED.number(request, Long.MAX_VALUE),
            request.query().limit()),
        Cursor.MALFORMED::text,
        SecurityRoutes::write);
  }

  private static void write(MalformedHandshakes.Entry entry, JsonGenerator json)
      throws IOException {
    String detail = entry.reason().detail();
    json.writeStringField("at", Json.time(entry.timeMillis()));
    json.writeStringField("client", Addresses.text(entry.client()));
    json.writeNumberField("clientPort", entry.clientPort());
    json.writeStringField("door", entry.door().word());
    json.writeStringField("reason", entry.reason().reason().word());
    json.writeStringField("detail", detail == null ? null : JsonText.shown(detail));
    json.writeNumberField("offset", entry.offset());
    json.writeStringField("octets", entry.octets());
  }

  private Response changes(Request request) {
    return Items.page(
        security.changes(
            request.actor(),
            Cursor.CHANGES.number(request, Long.MAX_VALUE),
            request.query().limit()),
        Cursor.CHANGES::text,
        SecurityRoutes::write);
  }

  private static void write(Change change, JsonGenerator json) throws IOException {
    json.writeStringField("at", Json.time(change.atMillis()));
    json.writeStringField("door", change.door().word());
    json.writeStringField("client", Addresses.text(change.client()));
    json.writeStringField("by", shown(change.by()));
    String operation = change.operation().name().toLowerCase(Locale.ROOT).replace('_', '-');
    json.writeStringField("operation", operation);
    json.writeStringField("target", shown(change.target()));
    json.writeStringField("before", shown(change.before()));
    json.writeStringField("after", shown(change.after()));
    json.writeStringField("result", JsonText.shown(change.result()));
  }

  private static @Nullable String shown(@Nullable String text) {
    return text == null ? null : JsonText.shown(text);
  }
}
