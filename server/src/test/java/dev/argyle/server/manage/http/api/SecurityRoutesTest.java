package dev.argyle.server.manage.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.manage.http.HttpRig;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
@Tag("play")
class SecurityRoutesTest {

  @TempDir Path data;
  private HttpRig rig;

  @BeforeEach
  void open() throws Exception {
    rig = new HttpRig(data, server -> SecurityRoutes.of(server.control()));
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void penaltiesAreListedInPagesAndForgivenByTheirSource() throws Exception {
    String[] guessers = {"192.0.2.1", "192.0.2.2", "2001:db8::7"};
    for (String guesser : guessers) {
      rig.server.penalise(InetAddress.ofLiteral(guesser));
    }
    List<@Nullable Object> sources = new ArrayList<>();
    String cursor = "";
    do {
      HttpResponse<String> page = rig.get("/api/v1/penalties?limit=1" + cursor);
      for (Map<String, @Nullable Object> penalty : ReadJson.items(page.body())) {
        assertThat(penalty)
            .containsEntry("door", null)
            .containsEntry("state", "delayed")
            .containsEntry("reason", "malformed")
            .containsKey("until");
        sources.add(penalty.get("source"));
      }
      Object next = ReadJson.object(page.body()).get("next");
      cursor = next == null ? "" : "&cursor=" + next;
    } while (!cursor.isEmpty());
    assertThat(sources).containsExactly("192.0.2.1", "192.0.2.2", "2001:db8::/64");
    String penalties = "/api/v1/penalties/";
    assertThat(rig.send("DELETE", penalties + "192.0.2.1", null).statusCode()).isEqualTo(204);
    assertThat(rig.send("DELETE", penalties + "192.0.2.1", null).statusCode()).isEqualTo(404);
    assertThat(rig.send("DELETE", penalties + "2001:db8::%2F64", null).statusCode()).isEqualTo(204);
    assertThat(rig.send("DELETE", penalties + "nobody", null).statusCode()).isEqualTo(404);
    assertThat(ReadJson.items(rig.get("/api/v1/penalties").body())).hasSize(1);
  }

  @Test
  void changesAreListedWithWhatWasBefore() throws Exception {
    rig.server.change().disable("ana");
    rig.server.change().rename("ana", "<b>ana</b>");
    List<Map<String, @Nullable Object>> changes =
        ReadJson.items(rig.get("/api/v1/changes?limit=1").body());
    assertThat(changes).hasSize(1);
    assertThat(changes.getFirst())
        .containsEntry("door", "http")
        .containsEntry("client", "127.0.0.1")
        .containsEntry("by", "admin")
        .containsEntry("operation", "rename-user")
        .containsEntry("target", "ana")
        .containsEntry("before", "ana")
        .containsEntry("after", "<b>ana</b>")
        .containsEntry("result", "done")
        .containsKey("at");
    Object next = ReadJson.object(rig.get("/api/v1/changes?limit=1").body()).get("next");
    assertThat(ReadJson.items(rig.get("/api/v1/changes?limit=1&cursor=" + next).body()).getFirst())
        .containsEntry("operation", "enable-user")
        .containsEntry("before", "enabled")
        .containsEntry("after", "disabled");
  }

  @Test
  void malformedHandshakesAreListed() throws Exception {
    rig.server.malformedHandshake("GET / HTTP/1.1");
    assertThat(ReadJson.items(rig.get("/api/v1/malformed").body()).getFirst())
        .containsEntry("client", "127.0.0.1")
        .containsEntry("door", "socks")
        .containsEntry("reason", "protocol-error")
        .containsEntry("detail", "version 0x47")
        .containsEntry("offset", 0L)
        .containsEntry("octets", "47 45 54 20 2F 20 48 54 54 50 2F 31 2E 31");
  }

  @Test
  void malformedHandshakesHavePagesAsOtherListsHave() throws Exception {
    String malformed = "/api/v1/malformed";
    for (String octets : new String[] {"1", "2", "3"}) {
      rig.server.malformedHandshake(octets);
    }
    HttpResponse<String> first = rig.get(malformed + "?limit=2");
    assertThat(octets(first)).containsExactly("33", "32");
    Object next = ReadJson.object(first.body()).get("next");
    rig.server.malformedHandshake("4");
    HttpResponse<String> second = rig.get(malformed + "?limit=2&cursor=" + next);
    assertThat(octets(second)).containsExactly("31");
    assertThat(ReadJson.object(second.body())).containsEntry("next", null);
    assertThat(octets(rig.get(malformed))).containsExactly("34", "33", "32", "31");
    for (String wrong :
        new String[] {"limit=0", "limit=1001", "cursor=" + Cursor.CHANGES.text(2)}) {
      assertThat(rig.get(malformed + "?" + wrong).statusCode()).as(wrong).isEqualTo(400);
    }
  }

  private static List<@Nullable Object> octets(HttpResponse<String> page) {
    return ReadJson.items(page.body()).stream().map(one -> one.get("octets")).toList();
  }
}
