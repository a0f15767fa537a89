package dev.argyle.server.manage.http.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argyle.server.control.ManagedServer;
import dev.argyle.server.manage.http.HttpRig;
import dev.argyle.server.manage.http.Route;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.server.telemetry.Telemetry;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class HistoryRoutesTest {
  private static final String HISTORY = "/api/v1/history";
  private static final String USAGE = "/api/v1/usage";

  @TempDir Path data;
  private HttpRig rig;

  @BeforeEach
  void open() throws Exception {
    rig = new HttpRig(data, HistoryRoutesTest::routes);
    rig.server.archive.start();
  }

  private static List<Route> routes(ManagedServer server) {
    List<Route> routes = new ArrayList<>(HistoryRoutes.of(server.control().historyControl()));
    routes.addAll(UsageRoutes.of(server.control().historyControl()));
    return routes;
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private String get(String path) throws Exception {
    HttpResponse<String> response = rig.get(path);
    assertThat(response.statusCode()).as("%s", response.body()).isEqualTo(200);
    return response.body();
  }

  private static int items(String body) {
    return body.split("\"startedAt\"|\"day\"", -1).length - 1;
  }

  private void awaitItems(String path, int count) {
    await().until(() -> items(get(path)) == count);
  }

  @Test
  void anEndedConnectionHasAllItsFields() throws Exception {
    rig.server.connectionEnds("ana", "WWW.example.com", 7);
    awaitItems(HISTORY, 1);
    assertThat(get(HISTORY))
        .contains(
            "\"key\":1,\"id\":1,\"user\":\"ana\",\"client\":\"192.0.2.7\",\"clientPort\":40000,"
                + "\"command\":\"CONNECT\",\"destination\":\"WWW.example.com\","
                + "\"destinationPort\":443,\"reply\":0,\"rule\":null,\"ruleNumber\":null,"
                + "\"outgoing\":null,\"octetsUp\":7,\"octetsDown\":0,\"startedAt\":\"")
        .contains("\"reason\":\"done\",\"detail\":null,\"fault\":\"nobody\"}],\"next\":null}");
  }

  private static String next(String page) {
    return page.replaceAll("(?s).*\"next\":\"([^\"]+)\".*", "$1");
  }

  @Test
  void aCursorOfAnotherListIsRefused() throws Exception {
    for (String cursor :
        List.of(Cursor.USERS.text(1), Cursor.USAGE.text(new byte[12]), Cursor.HISTORY.text(0))) {
      assertThat(rig.get(HISTORY + "?cursor=" + cursor).statusCode()).as(cursor).isEqualTo(400);
    }
    for (String cursor : List.of(Cursor.HISTORY.text(1), Cursor.USAGE.text(1))) {
      assertThat(rig.get(USAGE + "?cursor=" + cursor).statusCode()).as(cursor).isEqualTo(400);
    }
  }

  @Test
  void pagesGoOnByTheirCursor() throws Exception {
    for (int i = 1; i <= 5; i++) {
      rig.server.connectionEnds("ana", "a.example", i);
    }
    awaitItems(HISTORY, 5);
    String first = get(HISTORY + "?limit=2");
    assertThat(first).contains("\"octetsUp\":5", "\"octetsUp\":4").doesNotContain("\"octetsUp\":3");
    String second = get(HISTORY + "?limit=2&cursor=" + next(first));
    assertThat(second).contains("\"octetsUp\":3").doesNotContain("\"octetsUp\":4");
    assertThat(get(HISTORY + "?limit=2&cursor=" + next(second)))
        .contains("\"octetsUp\":1", "\"next\":null");
  }

  @Test
  void everyFilterNarrowsItDown() throws Exception {
    rig.server.connectionEnds("ana", "www.example.com", 10);
    rig.server.connectionEnds("eva", "other.example.org", 99);
    awaitItems(HISTORY, 2);
    for (String filter :
        List.of(
            "user=eva",
            "destination=*.example.org",
            "destination=OTHER.example.org",
            "minOctets=50")) {
      assertThat(get(HISTORY + "?" + filter)).as(filter).contains("\"user\":\"eva\"");
      assertThat(items(get(HISTORY + "?" + filter))).as(filter).isOne();
    }
    for (String filter :
        List.of(
            "client=192.0.2.0/24",
            "client=192.0.2.7",
            "port=443",
            "reply=0",
            "reason=done",
            "command=connect",
            "command=CONNECT",
            "from=2020-01-01",
            "from=2020-01-01T00:00:00Z",
            "to=2120-01-01")) {
      assertThat(items(get(HISTORY + "?" + filter))).as(filter).isEqualTo(2);
    }
    for (String filter :
        List.of(
            "client=192.0.3.0/24",
            "port=80",
            "reply=2",
            "reason=killed",
            "command=bind",
            "rule=1",
            "user=-",
            "from=2120-01-01",
            "to=2020-01-01T00:00:00.000Z")) {
      assertThat(items(get(HISTORY + "?" + filter))).as(filter).isZero();
    }
  }

  @Test
  void durationIsThatFromAcceptToEnd() throws Exception {
    connectionLasts("ana", 59_999);
    connectionLasts("eva", 60_000);
    awaitItems(HISTORY, 2);
    assertThat(items(get(HISTORY + "?minDurationSeconds=59"))).isEqualTo(2);
    String minute = get(HISTORY + "?minDurationSeconds=60");
    assertThat(items(minute)).isOne();
    assertThat(minute).contains("\"user\":\"eva\"", "\"durationMillis\":60000");
    assertThat(items(get(HISTORY + "?minDurationSeconds=61"))).isZero();
  }

  private void connectionLasts(String user, long millis) {
    Telemetry telemetry = rig.server.telemetry();
    long now = System.currentTimeMillis();
    LiveConnection connection =
        telemetry.connections().open(InetAddress.getLoopbackAddress(), 4711, now - millis, _ -> {});
    connection.authenticated(user);
    telemetry.ended(connection, Ending.of(EndReason.DONE), now);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "from=yesterday",
        "to=2026-13-01",
        "client=192.0.2.1/33",
        "port=65536",
        "reply=x",
        "reason=because",
        "command=udp-associate",
        "minOctets=-1",
        "minDurationSeconds=1.5",
        "minDurationSeconds=-1",
        "minDurationSeconds=31536001",
        "cursor=0",
        "limit=1001",
        "nonsense=1"
      })
  void whatIsNoFilterIsToldWithWhatWouldBe(String filter) throws Exception {
    HttpResponse<String> response = rig.get(HISTORY + "?" + filter);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body())
        .contains("\"advice\":\"", "\"field\":\"" + filter.substring(0, filter.indexOf('=')));
  }

  @Test
  void usageIsListedByDayAndUser() throws Exception {
    rig.server.connectionEnds("ana", "a.example", 5);
    rig.server.connectionEnds("ana", "a.example", 6);
    rig.server.connectionEnds("eva", "a.example", 7);
    awaitItems(USAGE, 2);
    assertThat(get(USAGE + "?user=ana"))
        .contains("\"user\":\"ana\",\"removed\":false,\"day\":\"")
        .contains("\"octetsUp\":11,\"octetsDown\":0,\"connections\":2}],\"next\":null}");
    String first = get(USAGE + "?limit=1");
    assertThat(items(get(USAGE + "?limit=5&cursor=" + next(first)))).isOne();
    assertThat(items(get(USAGE + "?to=2020-01-01"))).isZero();
    for (String wrong : List.of("from=now", "cursor=x", "cursor=1-2-3")) {
      assertThat(rig.get(USAGE + "?" + wrong).statusCode()).isEqualTo(400);
    }
  }

  @Test
  void aPersonsPastIsDeletedAndTheRestStays() throws Exception {
    rig.server.connectionEnds("ana", "a.example", 5);
    rig.server.connectionEnds("eva", "a.example", 7);
    awaitItems(HISTORY, 2);
    HttpResponse<String> deleted = rig.send("DELETE", HISTORY + "?user=ana", null);
    assertThat(deleted.statusCode()).isEqualTo(200);
    assertThat(deleted.body()).isEqualTo("{\"entries\":1,\"days\":1}");
    assertThat(get(HISTORY)).contains("\"eva\"").doesNotContain("\"ana\"");
    assertThat(get(USAGE)).contains("\"eva\"").doesNotContain("\"ana\"");
    assertThat(rig.send("DELETE", HISTORY, null).statusCode()).as("whose?").isEqualTo(400);
  }
}
