package dev.argyle.server.manage.http.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.argyle.server.control.Actor;
import dev.argyle.server.control.Operation;
import dev.argyle.server.control.ProxyControl;
import dev.argyle.server.list.NamedList;
import dev.argyle.server.manage.http.Json;
import dev.argyle.server.manage.http.JsonWriting;
import dev.argyle.server.manage.http.Request;
import dev.argyle.server.manage.http.Response;
import dev.argyle.server.manage.http.Roles;
import dev.argyle.server.manage.http.Route;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.wire.Addresses;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code /status}: what runs, where it listens, and how much it has done. */
public final class StatusRoutes {

  private static final List<String> DOORS = List.of("mass", "feed", "feedTcp", "bottler", "http");

  private final ProxyControl control;
  private final Supplier<Map<String, InetSocketAddress>> doors;
  private final String version;
  private final Uptime uptime = Uptime.ofThisProcess();

  private final JsonWriting figures;
  private final Warnings warnings;

  private StatusRoutes(
      ProxyControl control,
      Supplier<Map<String, InetSocketAddress>> doors,
      String version,
      JsonWriting figures,
      Warnings warnings) {
    this.warnings = warnings;
    this.control = control;
    this.doors = doors;
    this.version = version;
    this.figures = figures;
  }

  /**
   * The routes.
   *
   * @param doors where the management doors listen, by the names of endpoints.json
   * @param version of this program
   * @param figures writes the fields {@code totals} and {@code rates}
   * @param counters for what an operator should look at
   * @param descriptors that this process may have
   */
  public static List<Route> of(
      ProxyControl control,
      Supplier<Map<String, InetSocketAddress>> doors,
      String version,
      JsonWriting figures,
      Counters counters,
      int descriptors) {
    Warnings warnings = new Warnings(counters, descriptors);
    StatusRoutes status = new StatusRoutes(control, doors, version, figures, warnings);
    return List.of(Route.get("/api/v1/status").needs(Operation.STATUS).answers(status::status));
  }

  private Response status(Request request) {
    Actor actor = request.actor();
    List<InetSocketAddress> socks = control.listening(actor);
    boolean draining = control.draining(actor);
    boolean history = control.historyControl().isKept(actor);
    List<NamedList.Status> lists = control.ruleControl().lists(actor);
    List<Warnings.Warning> found = warnings.now(control.settings(actor), socks, draining);
    Warnings.ofLists(lists, found);
    return Response.json(
        json -> {
          json.writeStringField("version", version);
          json.writeStringField("startedAt", Json.time(uptime.startedMillis()));
          json.writeNumberField("uptimeSeconds", uptime.seconds());
          json.writeBooleanField("running", !socks.isEmpty());
          json.writeBooleanField("draining", draining);
          listeners(json, socks);
          figures.write(json);
          json.writeObjectFieldStart("actor");
          json.writeStringField("name", JsonText.shown(actor.name()));
          json.writeStringField("role", Roles.of(actor));
          json.writeEndObject();
          write(found, json);
          writeLists(lists, json);
          json.writeBooleanField("history", history);
        });
  }

  private void listeners(JsonGenerator json, List<InetSocketAddress> socks) throws IOException {
    json.writeObjectFieldStart("listeners");
    json.writeArrayFieldStart("socks");
    for (InetSocketAddress address : socks) {
      json.writeString(shown(address));
    }
    json.writeEndArray();
    for (String door : DOORS) {
      json.writeStringField(door, shown(doors.get().get(door)));
    }
    json.writeEndObject();
  }

  /** As in endpoints.json; null: it does not listen. */
  private static @Nullable String shown(@Nullable InetSocketAddress address) {
    if (address == null) {
      return null;
    }
    String host = Addresses.text(address.getAddress());
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
  }

  private static void writeLists(List<NamedList.Status> lists, JsonGenerator json)
      throws IOException {
    json.writeArrayFieldStart("lists");
    for (NamedList.Status list : lists) {
      json.writeStartObject();
      json.writeStringField("name", list.name());
      json.writeStringField("file", list.file());
      json.writeStringField("format", list.format());
      json.writeNumberField("entries", list.size());
      json.writeStringField("loadedAt", Json.time(list.loadedMillis()));
      json.writeNumberField("failures", list.failures());
      json.writeStringField("failure", list.failure());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void write(List<Warnings.Warning> warnings, JsonGenerator json)
      throws IOException {
    json.writeArrayFieldStart("warnings");
    for (Warnings.Warning warning : warnings) {
      json.writeStartObject();
      json.writeStringField("code", warning.code());
      json.writeStringField("title", warning.title());
      json.writeStringField("detail", warning.detail());
      json.writeStringField("advice", warning.advice());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
