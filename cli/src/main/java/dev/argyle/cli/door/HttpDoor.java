package dev.argyle.cli.door;

import dev.argyle.client.manage.Connection;
import dev.argyle.client.manage.ManagementException;
import dev.argyle.server.config.OwnAttributes;
import dev.argyle.wire.Password;
import dev.argyle.wire.UserName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** By HTTP: the one that has everything. */
final class HttpDoor implements Door {

  static final String PLAN = "plan";
  private static final String STATUS = "read the status";
  private static final String SETTINGS = "read the settings";

  private final HttpApi api;
  private long lastOpen; // of the page that was given last
  private @Nullable String nextOpen; // the cursor behind it

  HttpDoor(HttpApi api) {
    this.api = api;
  }

  @Override
  public Protocol protocol() {
    return Protocol.HTTP;
  }

  @Override
  public Status status() throws ManagementException {
    Document status = api.get(STATUS, "/status");
    Document totals = status.get("totals");
    Document rates = status.get("rates");
    Document settings = api.get(SETTINGS, "/settings");
    return new Status(
        status.flag("running"),
        totals.number("open", 0),
        Duration.ofSeconds(value(settings, "idleTimeoutSeconds")),
        value(settings, "bufferSize"),
        settings.get("authentication").flag("value"),
        settings.get("dissectors").flag("value"),
        new Overview(
            status.text("version", "unknown"),
            Duration.ofSeconds(status.number("uptimeSeconds", 0)),
            status.flag("draining"),
            rates.number("octetsUp", 0),
            rates.number("octetsDown", 0),
            totals.number("usersConnected", 0),
            totals.number("refused", 0),
            totals.number("bugs", 0),
            warnings(status)));
  }

  private static List<String> warnings(Document status) {
    List<String> warnings = new ArrayList<>();
    for (Document warning : status.list("warnings")) {
      String advice = warning.text("advice", "");
      String detail = warning.text("detail", warning.text("title", ""));
      warnings.add(advice.isEmpty() ? detail : detail + "; " + advice);
    }
    return warnings;
  }

  private static long value(Document settings, String name) {
    return settings.get(name).number("value", 0);
  }

  // Users

  @Override
  public Users users() throws ManagementException {
    return HttpUsers.users(api.all("list users", "/users", Integer.MAX_VALUE));
  }

  private static String at(UserName name) {
    return "/users/" + HttpApi.escaped(name);
  }

  @Override
  public void addUser(UserName name, Password password) throws ManagementException {
    api.change(
        "add user",
        "POST",
        "/users",
        json -> {
          json.writeStringField("name", name.text());
          json.writeStringField("password", text(password));
        });
  }

  private static String text(Password password) {
    return new String(password.value(), StandardCharsets.US_ASCII);
  }

  @Override
  public void removeUser(UserName name) throws ManagementException {
    api.change("remove user", "DELETE", at(name), null);
  }

  @Override
  public void renameUser(UserName name, UserName newName) throws ManagementException {
    api.change(
        "rename user", "PATCH", at(name), json -> json.writeStringField("name", newName.text()));
  }

  @Override
  public void setPassword(UserName name, Password password) throws ManagementException {
    api.change(
        "set password",
        "PATCH",
        at(name),
        json -> json.writeStringField("password", text(password)));
  }

  @Override
  public void enableUser(UserName name, boolean enabled) throws ManagementException {
    api.change(
        enabled ? "enable user" : "disable user",
        "PATCH",
        at(name),
        json -> json.writeBooleanField("enabled", enabled));
  }

  @Override
  public Shown showUser(UserName name) throws ManagementException {
    return HttpUsers.shown(api.get("read user", at(name)));
  }

  @Override
  public void setAttributes(UserName name, Map<String, @Nullable String> values)
      throws ManagementException {
    Map<String, @Nullable String> limits = new TreeMap<>(values);
    limits.remove(PLAN);
    String usage = limits.remove(OwnAttributes.USAGE);
    api.change(
        "set limits",
        "PATCH",
        at(name),
        json -> {
          if (values.containsKey(PLAN)) {
            json.writeStringField(PLAN, values.get(PLAN));
          }
          if (usage != null) {
            json.writeStringField(OwnAttributes.USAGE, usage);
          }
          json.writeObjectFieldStart("limits");
          for (Map.Entry<String, @Nullable String> limit : limits.entrySet()) {
            json.writeStringField(limit.getKey(), limit.getValue());
          }
          json.writeEndObject();
        });
  }

  @Override
  public Optional<Instant> lastConnection(UserName name) throws ManagementException {
    String seen = api.get("read user", at(name)).text("lastSeen");
    return Optional.ofNullable(seen).map(Instant::parse);
  }

  // Connections

  @Override
  public List<Connection> openAfter(long after) throws ManagementException {
    if (after != 0 && (after != lastOpen || nextOpen == null)) {
      return List.of();
    }
    Document page =
        api.page("list connections", "/connections", after == 0 ? null : nextOpen, HttpApi.PAGE);
    List<Connection> connections =
        page.list("items").stream().map(HttpConnections::connection).toList();
    nextOpen = page.text("next");
    lastOpen = connections.isEmpty() ? 0 : connections.getLast().id();
    return connections;
  }

  @Override
  public History history(HistoryFilter filter, int limit) throws ManagementException {
    List<Ended> ended = new ArrayList<>();
    String path = "/history" + HttpConnections.query(filter);
    for (Document one : api.all("read the history", path, limit)) {
      ended.add(new Ended(HttpConnections.connection(one), one.text("reason"), one.text("detail")));
    }
    return new History(ended, -1);
  }

  @Override
  public Followed follow(Predicate<Connection> wanted) throws ManagementException {
    return new HttpFollowing(api, wanted);
  }

  @Override
  public void kill(long id) throws ManagementException {
    api.change("end connection " + id, "DELETE", "/connections/" + id, null);
  }

  // What was refused

  @Override
  public List<Malformed> malformed() throws ManagementException {
    return api.get("list malformed handshakes", "/malformed").list("items").stream()
        .map(
            one ->
                new Malformed(
                    HttpConnections.time(one.text("at")),
                    one.text("client", "-"),
                    one.text("reason", "-"),
                    one.text("octets", "")))
        .toList();
  }

  @Override
  public List<Penalty> penalties() throws ManagementException {
    return api.all("list penalties", "/penalties", Integer.MAX_VALUE).stream()
        .map(
            one ->
                new Penalty(
                    one.text("source", "-"),
                    one.text("door", "-"),
                    HttpConnections.time(one.text("until")),
                    one.text("state", "-"),
                    one.text("reason", "-")))
        .toList();
  }

  @Override
  public void forgive(String source) throws ManagementException {
    api.change("forgive " + source, "DELETE", "/penalties/" + HttpApi.escaped(source), null);
  }

  // Counters and settings

  @Override
  public Map<Metric, Long> metrics() throws ManagementException {
    Document totals = api.get(STATUS, "/status").get("totals");
    Map<Metric, Long> metrics = new EnumMap<>(Metric.class);
    put(Metric.OPEN_CONNECTIONS, "open", totals, metrics);
    put(Metric.MOST_OPEN_CONNECTIONS, "mostOpen", totals, metrics);
    put(Metric.ACCEPTED_CONNECTIONS, "connections", totals, metrics);
    put(Metric.AUTHENTICATION_ATTEMPTS, "authenticationAttempts", totals, metrics);
    put(Metric.CONNECTION_ATTEMPTS, "requests", totals, metrics);
    put(Metric.OCTETS_UP, "octetsUp", totals, metrics);
    put(Metric.OCTETS_DOWN, "octetsDown", totals, metrics);
    metrics.put(Metric.OCTETS, totals.number("octetsUp", 0) + totals.number("octetsDown", 0));
    put(Metric.AVERAGE_READ_OCTETS, "averageRead", totals, metrics);
    put(Metric.AVERAGE_WRITE_OCTETS, "averageWrite", totals, metrics);
    put(Metric.USERS_CONNECTED, "usersConnected", totals, metrics);
    put(Metric.USERS, "users", totals, metrics);
    put(Metric.REFUSED, "refused", totals, metrics);
    return metrics;
  }

  private static void put(Metric metric, String field, Document from, Map<Metric, Long> to) {
    if (from.has(field)) {
      to.put(metric, from.number(field, 0));
    }
  }

  @Override
  public Duration timeout() throws ManagementException {
    return Duration.ofSeconds(value(api.get(SETTINGS, "/settings"), "idleTimeoutSeconds"));
  }

  @Override
  public void setTimeout(Duration time) throws ManagementException, DoorProblem {
    set("set the timeout", "idleTimeoutSeconds", Sendable.seconds(time).toSeconds());
  }

  @Override
  public Duration selectorTimeout() throws ManagementException {
    return Duration.ofMillis(value(api.get(SETTINGS, "/settings"), "selectorTimeoutMillis"));
  }

  @Override
  public void setSelectorTimeout(Duration time) throws ManagementException, DoorProblem {
    set("set the selector timeout", "selectorTimeoutMillis", Sendable.millis(time).toMillis());
  }

  @Override
  public long bufferSize() throws ManagementException {
    return value(api.get(SETTINGS, "/settings"), "bufferSize");
  }

  @Override
  public void setBufferSize(long octets) throws ManagementException, DoorProblem {
    set("set the buffer size", "bufferSize", Sendable.octets(octets));
  }

  private void set(String asked, String setting, long value) throws ManagementException {
    api.change(asked, "PATCH", "/settings", json -> json.writeNumberField(setting, value));
  }

  @Override
  public boolean dissectors() throws ManagementException {
    return api.get(SETTINGS, "/settings").get("dissectors").flag("value");
  }

  @Override
  public void switchDissectors(boolean on) throws ManagementException {
    turn("switch dissectors", "dissectors", on);
  }

  @Override
  public boolean authentication() throws ManagementException {
    return api.get(SETTINGS, "/settings").get("authentication").flag("value");
  }

  @Override
  public void switchAuthentication(boolean on) throws ManagementException {
    turn("switch authentication", "authentication", on);
  }

  private void turn(String asked, String setting, boolean on) throws ManagementException {
    api.change(asked, "PATCH", "/settings", json -> json.writeBooleanField(setting, on));
  }

  @Override
  public void start() throws ManagementException {
    api.change("start", "POST", "/server/start", null);
  }

  @Override
  public void stop() throws ManagementException {
    api.change("stop", "POST", "/server/stop", null);
  }

  @Override
  public void reset() throws ManagementException {
    api.change("reset", "POST", "/server/reset", null);
  }

  @Override
  public void drain() throws ManagementException {
    api.change("drain", "POST", "/server/drain", null);
  }

  @Override
  public void close() {
    api.close();
  }
}
