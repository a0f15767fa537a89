package dev.argyle.server.manage.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argyle.server.control.ManagedServer;
import dev.argyle.server.control.Operation;
import dev.argyle.server.telemetry.Counter;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logging in with a form, and the cookie and the token that stand for it since. */
@Timeout(60)
@Tag("play")
class SessionsTest {

  private static final String SESSION = "/api/v1/session";
  private static final Pattern COOKIE = Pattern.compile("argyle-session=([\\w-]{43}); .*");
  private static final Pattern TOKEN = Pattern.compile(".*\"csrf\":\"([\\w-]{43})\".*");

  private record LoggedIn(String cookie, String csrf) {}

  @TempDir Path data;
  private HttpRig rig;
  private final BlockingQueue<EventStream> streams = new LinkedBlockingQueue<>();

  @BeforeEach
  void open() throws Exception {
    rig =
        new HttpRig(
            data,
            _ ->
                List.of(
                    Route.get("/events").answers(_ -> Response.events(streams::add)),
                    Route.get("/thing").answers(_ -> Response.text("text/plain", "secret")),
                    Route.post("/thing").needs(Operation.KILL).answers(_ -> Response.noContent())));
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private static String json(String name, String password) {
    return "{\"name\":\"" + name + "\",\"password\":\"" + password + "\"}";
  }

  private static String found(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    assertThat(matcher.matches()).as(text).isTrue();
    return Objects.requireNonNull(matcher.group(1));
  }

  private LoggedIn login(String name, String... headers) throws Exception {
    HttpResponse<String> response =
        rig.anonymous("POST", SESSION, json(name, ManagedServer.PASSWORD), headers);
    assertThat(response.statusCode()).isEqualTo(200);
    String cookie = response.headers().firstValue("Set-Cookie").orElseThrow();
    return new LoggedIn("argyle-session=" + found(COOKIE, cookie), found(TOKEN, response.body()));
  }

  private int status(LoggedIn session) throws Exception {
    return rig.anonymous("GET", "/thing", null, "Cookie", session.cookie()).statusCode();
  }

  @Test
  void cookieIsOutOfReachOfScriptsAndOtherSites() throws Exception {
    HttpResponse<String> response =
        rig.anonymous("POST", SESSION, json("admin", ManagedServer.PASSWORD));
    assertThat(response.headers().firstValue("Set-Cookie").orElseThrow())
        .endsWith("; Path=/; HttpOnly; SameSite=Strict");
    assertThat(response.body()).contains("\"name\":\"admin\"", "\"role\":\"administrator\"");
  }

  @Test
  void whoHasLoggedInReadsByTheCookieAndChangesWithTheToken() throws Exception {
    LoggedIn session = login("admin");
    assertThat(status(session)).isEqualTo(200);
    assertThat(rig.anonymous("GET", SESSION, null, "Cookie", session.cookie()).body())
        .contains(session.csrf());
    assertThat(
            rig.anonymous(
                    "POST",
                    "/thing",
                    "{}",
                    "Cookie",
                    session.cookie(),
                    "X-Argyle-CSRF",
                    session.csrf())
                .statusCode())
        .isEqualTo(204);
  }

  @Test
  void changeWithoutTheTokenIsForged() throws Exception {
    LoggedIn session = login("admin");
    LoggedIn other = login("admin");
    for (String token :
        List.of("", "x", other.csrf(), session.csrf().toLowerCase(java.util.Locale.ROOT))) {
      assertThat(
              rig.anonymous(
                      "POST", "/thing", "{}", "Cookie", session.cookie(), "X-Argyle-CSRF", token)
                  .statusCode())
          .isEqualTo(403);
    }
    assertThat(rig.anonymous("POST", "/thing", "{}", "Cookie", session.cookie()).statusCode())
        .isEqualTo(403);
  }

  @Test
  void identifierThatSomebodyPlantedIsWorthNothing() throws Exception {
    String planted = "argyle-session=" + "A".repeat(43);
    LoggedIn session = login("admin", "Cookie", planted);
    assertThat(session.cookie()).isNotEqualTo(planted);
    assertThat(status(new LoggedIn(planted, ""))).isEqualTo(401);
    LoggedIn second = login("admin", "Cookie", session.cookie());
    assertThat(second.cookie()).isNotEqualTo(session.cookie());
    assertThat(status(session)).as("the one that was shown at the login has ended").isEqualTo(401);
    assertThat(
            rig.anonymous("GET", "/thing", null, "Cookie", second.cookie() + "; " + planted)
                .statusCode())
        .as("two cookies: somebody else has set one of them")
        .isEqualTo(401);
  }

  @Test
  void whoLogsOutIsOutAndSoIsWhatTheyWatch() throws Exception {
    LoggedIn session = login("admin");
    rig.anonymous("GET", "/thing", null, "Cookie", session.cookie());
    CountDownLatch ended = watch(session);
    HttpResponse<String> out =
        rig.anonymous(
            "DELETE", SESSION, null, "Cookie", session.cookie(), "X-Argyle-CSRF", session.csrf());
    assertThat(out.statusCode()).isEqualTo(204);
    assertThat(out.headers().firstValue("Set-Cookie").orElseThrow()).contains("Max-Age=0");
    assertThat(status(session)).isEqualTo(401);
    assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
  }

  private CountDownLatch watch(LoggedIn session) throws Exception {
    rig.anonymousStream("/events", "Cookie", session.cookie());
    EventStream stream = streams.poll(30, TimeUnit.SECONDS);
    assertThat(stream).isNotNull();
    CountDownLatch ended = new CountDownLatch(1);
    stream.onEnd(ended::countDown);
    return ended;
  }

  @ParameterizedTest
  @ValueSource(strings = {"password", "disable", "demote", "rename", "remove"})
  void sessionEndsWithTheAccountAsItWas(String change) throws Exception {
    rig.server.addAdministrator("other");
    LoggedIn session = login("other");
    LoggedIn unchanged = login("admin");
    ManagedServer.Elsewhere elsewhere = rig.server.change();
    switch (change) {
      case "password" -> elsewhere.password("other");
      case "disable" -> elsewhere.disable("other");
      case "demote" -> elsewhere.demote("other");
      case "rename" -> elsewhere.rename("other", "else");
      default -> elsewhere.removeUser("other");
    }
    await().until(() -> status(session) == 401);
    assertThat(status(unchanged)).isEqualTo(200);
  }

  @Test
  void wrongPasswordIsCountedPenalisedAndMakesNoSession() throws Exception {
    HttpResponse<String> refused = rig.anonymous("POST", SESSION, json("admin", "guess"));
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.headers().firstValue("Set-Cookie")).isEmpty();
    assertThat(refused.headers().firstValue("WWW-Authenticate")).isEmpty();
    assertThat(refused.headers().firstValue("Connection")).contains("close");
    assertThat(rig.server.count(Counter.AUTHENTICATION_FAILURES)).isEqualTo(1);
    assertThat(rig.services.admission().penalties().sources()).isEqualTo(1);
  }

  @Test
  void anotherOriginsPageLogsNobodyIn() throws Exception {
    String right = json("admin", ManagedServer.PASSWORD);
    assertThat(rig.anonymous("POST", SESSION, right, "Origin", "http://evil.example").statusCode())
        .isEqualTo(403);
    assertThat(rig.anonymous("POST", SESSION, right, "Sec-Fetch-Site", "cross-site").statusCode())
        .isEqualTo(403);
  }

  // Bounds, on a clock of the test's own

  private final AtomicLong now = new AtomicLong(1);

  private Sessions sessions() {
    return new Sessions(
        rig.server.control(),
        new Sessions.Lifetime(Duration.ofMinutes(30), Duration.ofHours(8)),
        now::get);
  }

  private dev.argyle.server.control.Actor actor(String name) {
    return Objects.requireNonNull(
        rig.server
            .control()
            .login(
                dev.argyle.server.telemetry.Door.HTTP,
                new java.net.InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), 1),
                ManagedServer.octets(name),
                ManagedServer.octets(ManagedServer.PASSWORD))
            .join());
  }

  @Test
  void sessionEndsWhenItIsIdleAndWhenItsTimeIsOver() {
    Sessions sessions = sessions();
    var made = sessions.begin(actor("admin"));
    now.addAndGet(Duration.ofMinutes(30).toNanos() - 1);
    assertThat(sessions.find(made.identifier())).isSameAs(made.session());
    now.addAndGet(Duration.ofMinutes(30).toNanos());
    assertThat(sessions.find(made.identifier())).isNull();
    assertThat(sessions.count()).isZero();
    var busy = sessions.begin(actor("admin"));
    for (int i = 0; i < 8 * 6 - 1; i++) {
      now.addAndGet(Duration.ofMinutes(10).toNanos());
      assertThat(sessions.find(busy.identifier())).isNotNull();
    }
    now.addAndGet(Duration.ofMinutes(10).toNanos());
    assertThat(sessions.find(busy.identifier())).isNull();
  }

  @Test
  void openStreamKeepsASessionFromBeingIdleAndEndsWithIt() {
    Sessions sessions = sessions();
    var made = sessions.begin(actor("admin"));
    CountDownLatch ended = new CountDownLatch(1);
    Runnable closed = made.session().open(ended::countDown, now::get);
    now.addAndGet(Duration.ofHours(2).toNanos());
    assertThat(sessions.find(made.identifier())).isNotNull();
    closed.run();
    now.addAndGet(Duration.ofMinutes(31).toNanos());
    assertThat(sessions.find(made.identifier())).isNull();
    assertThat(ended.getCount()).as("it was closed before").isEqualTo(1);
    made.session().open(ended::countDown, now::get);
    assertThat(ended.getCount()).as("of a session that has ended").isZero();
  }

  @Test
  void anAdministratorsSessionsAreBoundedAndTheLongestUnusedOneGivesWay() {
    Sessions sessions = sessions();
    var admin = actor("admin");
    var first = sessions.begin(admin);
    now.addAndGet(1000);
    var second = sessions.begin(admin);
    for (int i = 2; i < Sessions.MAX_OF_A_USER; i++) {
      now.addAndGet(1000);
      sessions.begin(admin);
    }
    now.addAndGet(1000);
    assertThat(sessions.find(first.identifier())).isNotNull(); // used: the second is the oldest
    sessions.begin(admin);
    assertThat(sessions.count()).isEqualTo(Sessions.MAX_OF_A_USER);
    assertThat(sessions.find(second.identifier())).isNull();
    assertThat(sessions.find(first.identifier())).isNotNull();
  }
}
