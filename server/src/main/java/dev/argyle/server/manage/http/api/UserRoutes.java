package dev.argyle.server.manage.http.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.argyle.server.account.Account;
import dev.argyle.server.config.Attributes;
import dev.argyle.server.config.OwnAttributes;
import dev.argyle.server.control.Actor;
import dev.argyle.server.control.HistoryControl;
import dev.argyle.server.control.Operation;
import dev.argyle.server.control.Page;
import dev.argyle.server.control.ProxyControl;
import dev.argyle.server.control.Result;
import dev.argyle.server.control.UserControl;
import dev.argyle.server.control.UserEntry;
import dev.argyle.server.history.Amount;
import dev.argyle.server.history.UserUsage;
import dev.argyle.server.manage.http.Fields;
import dev.argyle.server.manage.http.Json;
import dev.argyle.server.manage.http.Problem;
import dev.argyle.server.manage.http.Request;
import dev.argyle.server.manage.http.Response;
import dev.argyle.server.manage.http.Route;
import dev.argyle.server.telemetry.AccountUsage;
import dev.argyle.wire.UserName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code /users}: listed, added, changed and removed. */
public final class UserRoutes {

  private static final String USERS = "/api/v1/users";
  private static final String LIMITS = "limits";
  private static final UserUsage NOTHING_USED = new UserUsage(Amount.NONE, Amount.NONE);

  private final UserControl users;
  private final HistoryControl history;

  /** Between the comparison with If-Match and the change no other request comes. */
  private final ReentrantLock changing = new ReentrantLock();

  private UserRoutes(ProxyControl control) {
    this.users = control.userControl();
    this.history = control.historyControl();
  }

  public static List<Route> of(ProxyControl control) {
    UserRoutes routes = new UserRoutes(control);
    String one = USERS + "/{name}";
    return List.of(
        Route.get(USERS)
            .needs(Operation.LIST_USERS)
            .query("name", "cursor", "limit")
            .answers(routes::list),
        Route.post(USERS).needs(Operation.ADD_USER).answers(routes::add),
        Route.get(one).needs(Operation.LIST_USERS).answers(routes::read),
        Route.patch(one).needs(Operation.ENABLE_USER).answers(routes::change),
        Route.delete(one).needs(Operation.REMOVE_USER).answers(routes::remove));
  }

  private Response list(Request request) {
    byte[] after = Cursor.USERS.octets(request);
    if (after != null && !UserName.fits(after)) {
      throw Cursor.wrong();
    }
    Page<UserEntry, UserName> page =
        users.page(
            request.actor(),
            request.query().text("name"),
            after == null ? null : UserName.of(after),
            request.query().limit());
    Map<UserName, UserUsage> usage = usage(request.actor(), page.items());
    return Items.page(
        page, next -> Cursor.USERS.text(next.octets()), (user, json) -> write(user, usage, json));
  }

  private Response read(Request request) {
    return shown(request.actor(), found(request.actor(), request.userName("name")));
  }

  private UserEntry found(Actor actor, UserName name) {
    UserEntry user = users.find(actor, name);
    if (user == null) {
      throw noSuchUser();
    }
    return user;
  }

  private static RuntimeException noSuchUser() {
    return Problem.notFound("there is no user of this name", "list the users: GET " + USERS)
        .exception();
  }

  private Response shown(Actor actor, UserEntry user) {
    Map<UserName, UserUsage> usage = usage(actor, List.of(user));
    return Response.json(json -> write(user, usage, json)).with("ETag", Results.etag(user.stamp()));
  }

  private Map<UserName, UserUsage> usage(Actor actor, List<UserEntry> entries) {
    List<UserName> names = entries.stream().map(entry -> entry.account().name()).toList();
    return HistoryRoutes.readable(() -> history.usageOf(actor, names));
  }

  private static void write(UserEntry user, Map<UserName, UserUsage> usage, JsonGenerator json)
      throws IOException {
    Account account = user.account();
    json.writeStringField("name", JsonText.shown(account.name().text()));
    json.writeStringField("href", href(account.name()));
    json.writeBooleanField("enabled", account.enabled());
    json.writeBooleanField("admin", account.admin());
    json.writeBooleanField("viewer", account.viewer());
    json.writeBooleanField("temporary", account.ofThisRun());
    json.writeBooleanField("online", user.connections() > 0);
    json.writeNumberField("connections", user.connections());
    long last = account.lastConnectionMillis();
    json.writeStringField("lastSeen", last == 0 ? null : Json.time(last));
    json.writeStringField("lastAddress", account.used().address());
    UserUsage used = usage.getOrDefault(account.name(), NOTHING_USED);
    json.writeObjectFieldStart("usage");
    amount("today", used.today(), json);
    amount("month", used.month(), json);
    used(account.used(), json);
    json.writeEndObject();
    attributes(user, json);
  }

  private static void used(AccountUsage.Used used, JsonGenerator json) throws IOException {
    amount("total", new Amount(used.up(), used.down(), used.connections()), json);
    json.writeObjectFieldStart("period");
    json.writeStringField("since", Json.time(used.sinceMillis()));
    json.writeNumberField("octetsUp", used.periodUp());
    json.writeNumberField("octetsDown", used.periodDown());
    json.writeEndObject();
  }

  private static void attributes(UserEntry user, JsonGenerator json) throws IOException {
    OwnAttributes own = user.account().own();
    json.writeStringField("plan", own.plan());
    texts("limits", own.values().texts(), json);
    texts("effective", user.effective().texts(), json);
  }

  private static void texts(String field, Map<String, String> texts, JsonGenerator json)
      throws IOException {
    json.writeObjectFieldStart(field);
    for (Map.Entry<String, String> text : texts.entrySet()) {
      json.writeStringField(text.getKey(), text.getValue());
    }
    json.writeEndObject();
  }

  private static void amount(String name, Amount amount, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart(name);
    UsageRoutes.write(amount, json);
    json.writeEndObject();
  }

  static String href(UserName name) {
    return USERS + "/" + JsonText.pathSegment(name.octets());
  }

  // Changes

  private Response add(Request request) {
    Fields fields =
        request.fields(Set.of("name", "password", "admin", "viewer", OwnAttributes.PLAN, LIMITS));
    UserName name = name(fields.requiredText("name"));
    byte[] password = password(fields.requiredText("password"));
    boolean admin = Boolean.TRUE.equals(fields.flag("admin"));
    Actor actor = request.actor();
    Results.done(users.add(actor, name, password, admin));
    if (Boolean.TRUE.equals(fields.flag("viewer"))) {
      Results.done(users.setViewer(actor, name, true));
    }
    SortedMap<String, @Nullable String> attributes = attributes(fields);
    if (!attributes.isEmpty()) {
      Results.done(users.setAttributes(actor, name, attributes));
    }
    UserEntry added = found(actor, name);
    return Response.created(href(name), json -> write(added, Map.of(), json))
        .with("ETag", Results.etag(added.stamp()));
  }

  private static UserName name(String text) {
    try {
      return UserName.of(text);
    } catch (IllegalArgumentException wrong) {
      throw Problem.invalidField(
              "name", String.valueOf(wrong.getMessage()), "send 1 to 255 octets of UTF-8")
          .exception();
    }
  }

  /** A text is as many octets as in a user's name, and has the same bounds. */
  private static byte[] password(String text) {
    try {
      return UserName.of(text).octets();
    } catch (IllegalArgumentException wrong) {
      throw Problem.invalidField(
              "password", "is not 1 to 255 octets", "send 1 to 255 octets of UTF-8")
          .exception();
    }
  }

  /** One step of a change. */
  private record Step(String field, Supplier<Result> action) {}

  private Response change(Request request) {
    UserName name = request.userName("name");
    Actor actor = request.actor();
    Fields fields =
        request.fields(
            Set.of(
                "name",
                "password",
                "enabled",
                "admin",
                "viewer",
                OwnAttributes.PLAN,
                OwnAttributes.USAGE,
                LIMITS));
    String newText = fields.text("name");
    UserName newName = newText == null ? name : name(newText);
    List<Step> steps = steps(actor, name, newName, fields);
    changing.lock();
    try {
      Results.requireMatch(request, found(actor, name).stamp());
      requireFree(actor, name, newName);
      carryOut(steps);
      return shown(actor, found(actor, newName));
    } finally {
      changing.unlock();
    }
  }

  private List<Step> steps(Actor actor, UserName name, UserName newName, Fields fields) {
    List<Step> steps = new ArrayList<>();
    String password = fields.text("password");
    if (password != null) {
      byte[] octets = password(password);
      steps.add(new Step("password", () -> users.setPassword(actor, name, octets)));
    }
    Boolean admin = fields.flag("admin");
    if (admin != null) {
      steps.add(new Step("admin", () -> users.setAdministrator(actor, name, admin)));
    }
    Boolean viewer = fields.flag("viewer");
    if (viewer != null) {
      steps.add(new Step("viewer", () -> users.setViewer(actor, name, viewer)));
    }
    SortedMap<String, @Nullable String> attributes = attributes(fields);
    if (!attributes.isEmpty()) {
      steps.add(new Step(LIMITS, () -> users.setAttributes(actor, name, attributes)));
    }
    Boolean enabled = fields.flag("enabled");
    if (enabled != null) {
      steps.add(new Step("enabled", () -> users.setEnabled(actor, name, enabled)));
    }
    if (!newName.equals(name)) {
      steps.add(new Step("name", () -> users.rename(actor, name, newName)));
    }
    return steps;
  }

  /** The plan and the limits that a request names; null: to be taken away. */
  private static SortedMap<String, @Nullable String> attributes(Fields fields) {
    SortedMap<String, @Nullable String> attributes = new TreeMap<>();
    if (fields.has(OwnAttributes.PLAN)) {
      attributes.put(OwnAttributes.PLAN, fields.text(OwnAttributes.PLAN));
    }
    if (fields.has(OwnAttributes.USAGE)) {
      attributes.put(OwnAttributes.USAGE, fields.text(OwnAttributes.USAGE));
    }
    Fields limits = fields.object(LIMITS, Set.copyOf(Attributes.names()));
    if (limits != null) {
      for (String name : Attributes.names()) {
        if (limits.has(name)) {
          attributes.put(name, limits.textOrNumber(name));
        }
      }
    }
    return attributes;
  }

  /** Before anything is changed: a name that is taken is the one thing that is likely to fail. */
  private void requireFree(Actor actor, UserName name, UserName newName) {
    if (!newName.equals(name) && users.find(actor, newName) != null) {
      throw Problem.conflict("there is a user of the new name", "choose another name")
          .withError("name", "is taken")
          .exception();
    }
  }

  private static void carryOut(List<Step> steps) {
    List<String> made = new ArrayList<>();
    for (Step step : steps) {
      Problem problem = Results.problem(step.action.get());
      if (problem != null) {
        throw (made.isEmpty() ? problem : afterSome(problem, made))
            .withError(step.field, problem.detail())
            .exception();
      }
      made.add(step.field);
    }
  }

  private static Problem afterSome(Problem problem, List<String> made) {
    return new Problem(
        problem.status(),
        problem.title(),
        problem.detail() + "; changed before that: " + String.join(", ", made),
        problem.advice(),
        problem.errors());
  }

  private Response remove(Request request) {
    UserName name = request.userName("name");
    changing.lock();
    try {
      Results.requireMatch(request, found(request.actor(), name).stamp());
      Results.done(users.remove(request.actor(), name));
      return Response.noContent();
    } finally {
      changing.unlock();
    }
  }
}
