package dev.argyle.server.manage.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.manage.http.HttpRig;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.wire.RuleRef;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
@Tag("play")
class ConnectionRoutesTest {

  private static final String CONNECTIONS = "/api/v1/connections";

  @TempDir Path data;
  private HttpRig rig;

  @BeforeEach
  void open() throws Exception {
    rig = new HttpRig(data, server -> ConnectionRoutes.of(server.control()));
    LiveConnection first = rig.server.openConnection("ana", "www.example.org");
    first.decided(new RuleRef(3, "rule 3 (argyle.yaml:21)"));
    first.replied(0);
    first.addUp(1_500);
    rig.server.openConnection("ben", "192.0.2.9");
    rig.server.openConnection(null, "example.net");
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private static List<@Nullable Object> ids(HttpResponse<String> page) {
    return ReadJson.items(page.body()).stream().map(one -> one.get("id")).toList();
  }

  @Test
  void connectionTellsItsRuleAndReplyAndIdleTime() throws Exception {
    Map<String, @Nullable Object> one = ReadJson.object(rig.get(CONNECTIONS + "/1").body());
    assertThat(one)
        .containsEntry("id", 1L)
        .containsEntry("user", "ana")
        .containsEntry("client", "127.0.0.1")
        .containsEntry("clientPort", 4711L)
        .containsEntry("command", "CONNECT")
        .containsEntry("destination", "www.example.org")
        .containsEntry("destinationPort", 80L)
        .containsEntry("reply", 0L)
        .containsEntry("rule", "rule 3 (argyle.yaml:21)")
        .containsEntry("ruleNumber", 3L)
        .containsEntry("octetsUp", 1_500L)
        .containsEntry("octetsDown", 0L)
        .containsKeys("startedAt", "idleSeconds");
    assertThat(ReadJson.object(rig.get(CONNECTIONS + "/3").body()))
        .containsEntry("user", null)
        .containsEntry("reply", null)
        .containsEntry("rule", null)
        .containsEntry("ruleNumber", null);
  }

  @ParameterizedTest
  @CsvSource({
    "user=ana, 1",
    "user=-, 3",
    "client=127.0.0.0/8&user=ben, 2",
    "destination=*.example.org, 1",
    "destination=192.0.2.9, 2",
    "rule=3, 1",
    "minOctets=1500, 1",
    "q=EXAMPLE.NET, 3",
    "port=80&command=connect&q=ana, 1"
  })
  void filterFindsOne(String query, long id) throws Exception {
    assertThat(ids(rig.get(CONNECTIONS + "?" + query))).containsExactly(id);
  }

  @Test
  void durationIsThatSinceTheAcceptInAListAndInAKill() throws Exception {
    List<Long> killed = new CopyOnWriteArrayList<>();
    long anHourAgo = System.nanoTime() - TimeUnit.HOURS.toNanos(1);
    rig.server
        .telemetry()
        .connections()
        .open(InetAddress.getLoopbackAddress(), 4711, 0, anHourAgo, _ -> killed.add(4L));
    assertThat(ids(rig.get(CONNECTIONS + "?minDurationSeconds=3600"))).containsExactly(4L);
    assertThat(ids(rig.get(CONNECTIONS + "?minDurationSeconds=7200"))).isEmpty();
    String kill = "{\"filter\":{\"minDurationSeconds\":3600}}";
    assertThat(rig.send("POST", CONNECTIONS + "/kill", kill).body())
        .isEqualTo("{\"killed\":1,\"more\":false}");
    assertThat(killed).containsExactly(4L);
    assertThat(rig.server.killed()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "client=300.0.0.1",
        "client=10.0.0.1/8",
        "port=0",
        "port=65536",
        "rule=-1",
        "command=steal",
        "minOctets=-1",
        "minIdleSeconds=x",
        "minDurationSeconds=x",
        "minDurationSeconds=-1",
        "minDurationSeconds=31536001",
        "name=ana",
        "cursor=AAA"
      })
  void wrongFilterIsRefusedByName(String query) throws Exception {
    HttpResponse<String> refused = rig.get(CONNECTIONS + "?" + query);
    assertThat(refused.statusCode()).isEqualTo(400);
    String field = query.substring(0, query.indexOf('='));
    assertThat(
            ReadJson.objects(ReadJson.object(refused.body()).get("errors")).getFirst().get("field"))
        .isEqualTo(field);
  }

  @Test
  void pagesFollowEachOther() throws Exception {
    HttpResponse<String> first = rig.get(CONNECTIONS + "?limit=2");
    assertThat(ids(first)).containsExactly(1L, 2L);
    String next = Objects.requireNonNull((String) ReadJson.object(first.body()).get("next"));
    HttpResponse<String> last = rig.get(CONNECTIONS + "?limit=2&cursor=" + next);
    assertThat(ids(last)).containsExactly(3L);
    assertThat(ReadJson.object(last.body()).get("next")).isNull();
  }

  @Test
  void oneIsEndedAndWhatIsNotThereIsNotFound() throws Exception {
    assertThat(rig.send("DELETE", CONNECTIONS + "/2", null).statusCode()).isEqualTo(204);
    assertThat(rig.server.killed()).containsExactly(2L);
    assertThat(rig.send("DELETE", CONNECTIONS + "/99", null).statusCode()).isEqualTo(404);
    assertThat(rig.get(CONNECTIONS + "/99").statusCode()).isEqualTo(404);
    assertThat(rig.get(CONNECTIONS + "/x").statusCode()).isEqualTo(404);
    assertThat(rig.get(CONNECTIONS + "/99999999999999999999").statusCode()).isEqualTo(404);
  }

  @Test
  void manyAreEndedByNumberOrByFilterAndTheNumberIsTold() throws Exception {
    HttpResponse<String> byNumber = rig.send("POST", CONNECTIONS + "/kill", "{\"ids\":[1,2,99]}");
    assertThat(byNumber.body()).isEqualTo("{\"killed\":2,\"more\":false}");
    HttpResponse<String> byFilter =
        rig.send("POST", CONNECTIONS + "/kill", "{\"filter\":{\"user\":\"-\",\"port\":80}}");
    assertThat(byFilter.body()).isEqualTo("{\"killed\":1,\"more\":false}");
    HttpResponse<String> upTo =
        rig.send("POST", CONNECTIONS + "/kill", "{\"filter\":{},\"upTo\":1}");
    assertThat(upTo.body()).isEqualTo("{\"killed\":1,\"more\":false}");
    assertThat(rig.server.killed()).containsExactly(1L, 2L, 3L, 1L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"ids\":[1],\"filter\":{}}",
        "{\"ids\":\"1\"}",
        "{\"ids\":[1.5]}",
        "{\"filter\":{\"who\":\"ana\"}}",
        "{\"filter\":{\"port\":0}}",
        "{\"filter\":{\"port\":\"80\"}}",
        "{\"filter\":{\"client\":\"x\"}}",
        "{\"filter\":{\"minDurationSeconds\":-1}}",
        "{\"filter\":{\"minDurationSeconds\":31536001}}",
        "[]",
        ""
      })
  void wrongKillEndsNobody(String body) throws Exception {
    assertThat(rig.send("POST", CONNECTIONS + "/kill", body).statusCode()).isEqualTo(400);
    assertThat(rig.server.killed()).isEmpty();
  }
}
