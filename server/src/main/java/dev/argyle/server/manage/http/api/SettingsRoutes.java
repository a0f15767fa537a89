package dev.argyle.server.manage.http.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.argyle.server.control.Actor;
import dev.argyle.server.control.Operation;
import dev.argyle.server.control.ProxyControl;
import dev.argyle.server.control.Result;
import dev.argyle.server.control.Settings;
import dev.argyle.server.manage.http.Fields;
import dev.argyle.server.manage.http.Problem;
import dev.argyle.server.manage.http.Request;
import dev.argyle.server.manage.http.Response;
import dev.argyle.server.manage.http.Route;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code /settings} and {@code /server}: how the server runs, and whether. */
public final class SettingsRoutes {

  private static final String SETTINGS = "/api/v1/settings";
  private static final String SERVER = "/api/v1/server/";

  private final ProxyControl control;

  /** Between the comparison with If-Match and the change no other request comes. */
  private final ReentrantLock changing = new ReentrantLock();

  private SettingsRoutes(ProxyControl control) {
    this.control = control;
  }

  public static List<Route> of(ProxyControl control) {
    SettingsRoutes routes = new SettingsRoutes(control);
    return List.of(
        Route.get(SETTINGS).needs(Operation.READ_SETTINGS).answers(routes::read),
        Route.patch(SETTINGS).needs(Operation.SET_IDLE_TIMEOUT).answers(routes::change),
        Route.post(SERVER + "start")
            .needs(Operation.START)
            .answers(request -> routes.ofServer(request, control.start(request.actor()))),
        Route.post(SERVER + "stop")
            .needs(Operation.STOP)
            .answers(request -> routes.ofServer(request, control.stop(request.actor()))),
        Route.post(SERVER + "reset")
            .needs(Operation.RESET)
            .answers(request -> routes.ofServer(request, control.reset(request.actor()))),
        Route.post(SERVER + "drain")
            .needs(Operation.DRAIN)
            .answers(request -> routes.ofServer(request, control.drain(request.actor()))));
  }

  private Response ofServer(Request request, Result result) {
    Results.done(result);
    boolean running = !control.listening(request.actor()).isEmpty();
    return Response.json(json -> json.writeBooleanField("running", running));
  }

  private Response read(Request request) {
    return shown(request.actor());
  }

  private Response shown(Actor actor) {
    Settings now = control.settings(actor);
    Settings configured = control.configuredSettings(actor);
    return Response.json(json -> write(now, configured, json))
        .with("ETag", Results.etag(stamp(now)));
  }

  /** Another one if any value is. */
  private static String stamp(Settings now) {
    return "%d-%d-%d-%d%d"
        .formatted(
            now.idleSeconds(),
            now.selectorMillis(),
            now.bufferOctets(),
            now.authentication() ? 1 : 0,
            now.dissectors() ? 1 : 0);
  }

  private static void write(Settings now, Settings configured, JsonGenerator json)
      throws IOException {
    number("idleTimeoutSeconds", now.idleSeconds(), configured.idleSeconds(), json);
    number("selectorTimeoutMillis", now.selectorMillis(), configured.selectorMillis(), json);
    number("bufferSize", now.bufferOctets(), configured.bufferOctets(), json);
    flag("authentication", now.authentication(), configured.authentication(), json);
    flag("dissectors", now.dissectors(), configured.dissectors(), json);
  }

  private static void number(String name, long value, long configured, JsonGenerator json)
      throws IOException {
    json.writeObjectFieldStart(name);
    json.writeNumberField("value", value);
    json.writeNumberField("configured", configured);
    json.writeEndObject();
  }

  private static void flag(String name, boolean value, boolean configured, JsonGenerator json)
      throws IOException {
    json.writeObjectFieldStart(name);
    json.writeBooleanField("value", value);
    json.writeBooleanField("configured", configured);
    json.writeEndObject();
  }

  // Changes

  private Response change(Request request) {
    Actor actor = request.actor();
    List<Supplier<Result>> steps =
        steps(
            actor,
            request.fields(
                Set.of(
                    "idleTimeoutSeconds",
                    "selectorTimeoutMillis",
                    "bufferSize",
                    "authentication",
                    "dissectors")));
    changing.lock();
    try {
      Results.requireMatch(request, stamp(control.settings(actor)));
      steps.forEach(step -> Results.done(step.get()));
      return shown(actor);
    } finally {
      changing.unlock();
    }
  }

  /** All are looked at before the first is changed. */
  private List<Supplier<Result>> steps(Actor actor, Fields fields) {
    List<Supplier<Result>> steps = new ArrayList<>();
    Long idle = number(fields, "idleTimeoutSeconds", 0, Settings.MAX_IDLE_SECONDS);
    if (idle != null) {
      steps.add(() -> control.setIdleTimeout(actor, idle));
    }
    Long selector =
        number(
            fields,
            "selectorTimeoutMillis",
            Settings.MIN_SELECTOR_MILLIS,
            Settings.MAX_SELECTOR_MILLIS);
    if (selector != null) {
      steps.add(() -> control.setSelectorTimeout(actor, selector));
    }
    Long buffer =
        number(fields, "bufferSize", Settings.MIN_BUFFER_OCTETS, Settings.MAX_BUFFER_OCTETS);
    if (buffer != null) {
      steps.add(() -> control.setBufferSize(actor, buffer));
    }
    Boolean authentication = fields.flag("authentication");
    if (authentication != null) {
      steps.add(() -> control.switchAuthentication(actor, authentication));
    }
    Boolean dissectors = fields.flag("dissectors");
    if (dissectors != null) {
      steps.add(() -> control.switchDissectors(actor, dissectors));
    }
    return steps;
  }

  private static @Nullable Long number(Fields fields, String name, long least, long most) {
    Long value = fields.number(name);
    if (value != null && (value < least || value > most)) {
      throw Problem.outOfRange(
              name + " is " + least + " to " + most, "send a number within these bounds")
          .withError(name, "is not " + least + " to " + most)
          .exception();
    }
    return value;
  }
}
