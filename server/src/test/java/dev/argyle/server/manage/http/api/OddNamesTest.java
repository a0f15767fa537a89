package dev.argyle.server.manage.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.manage.http.HttpRig;
import dev.argyle.wire.UserName;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Names and hosts of any octets: what is answered is JSON in UTF-8, and each has its resource. */
@Timeout(120)
@Tag("play")
class OddNamesTest {

  private static final String SCRIPT = "</script><img src=x onerror=alert(1)>\"'&";

  @TempDir Path data;
  private HttpRig rig;

  @BeforeEach
  void open() throws Exception {
    rig =
        new HttpRig(
            data,
            server -> {
              List<dev.argyle.server.manage.http.Route> routes = new ArrayList<>();
              routes.addAll(UserRoutes.of(server.control()));
              routes.addAll(ConnectionRoutes.of(server.control()));
              routes.addAll(SecurityRoutes.of(server.control()));
              return routes;
            });
  }

  @AfterEach
  void close() {
    rig.close();
  }

  /** The body, which must be UTF-8 without a mistake. */
  private String strict(String path) throws Exception {
    HttpResponse<InputStream> answer = rig.stream(path);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    try (InputStream body = answer.body()) {
      body.transferTo(octets);
    }
    return StandardCharsets.UTF_8
        .newDecoder()
        .decode(ByteBuffer.wrap(octets.toByteArray()))
        .toString();
  }

  private List<byte[]> everyOctet() {
    List<byte[]> names = new ArrayList<>();
    for (int octet = 0; octet < 256; octet++) {
      names.add(new byte[] {'x', (byte) octet});
    }
    names.add(SCRIPT.getBytes(StandardCharsets.UTF_8));
    names.add("\u202Egnp.exe".getBytes(StandardCharsets.UTF_8));
    return names;
  }

  @Test
  void userOfAnyOctetsIsListedReadChangedAndRemovedByItsHref() throws Exception {
    for (byte[] name : everyOctet()) {
      rig.server.addTemporary(UserName.of(name));
    }
    List<Map<String, @Nullable Object>> users = ReadJson.items(strict("/api/v1/users?limit=1000"));
    assertThat(users).hasSize(everyOctet().size() + 2);
    Set<@Nullable Object> hrefs = new HashSet<>();
    for (Map<String, @Nullable Object> user : users) {
      String href = Objects.requireNonNull((String) user.get("href"));
      hrefs.add(href);
      assertThat(ReadJson.object(strict(href))).isEqualTo(user);
      if (Boolean.TRUE.equals(user.get("temporary"))) {
        assertThat(rig.send("DELETE", href, null).statusCode()).isEqualTo(204);
      }
    }
    assertThat(hrefs).hasSameSizeAs(users);
    strict("/api/v1/changes?limit=1000");
  }

  @Test
  void userOfAnyOctetsIsAddedAsJsonSaysIt() throws Exception {
    for (String name : new String[] {"a\\u0000b", "\\u202e", "\\udcff", "\\\\x41", "%2F", "a/b"}) {
      HttpResponse<String> added =
          rig.send("POST", "/api/v1/users", "{\"name\":\"" + name + "\",\"password\":\"x\"}");
      assertThat(added.statusCode()).as(name).isEqualTo(201);
      String href = added.headers().firstValue("Location").orElseThrow();
      assertThat(ReadJson.object(strict(href)).get("href")).isEqualTo(href);
      assertThat(rig.send("DELETE", href, null).statusCode()).isEqualTo(204);
    }
  }

  @Test
  void connectionsOfAnyUserToAnyHostAreJsonAndCanBeFilteredFor() throws Exception {
    for (byte[] octets : everyOctet()) {
      rig.server.openConnection(
          UserName.text(octets), new String(octets, StandardCharsets.ISO_8859_1));
    }
    List<Map<String, @Nullable Object>> open =
        ReadJson.items(strict("/api/v1/connections?limit=1000"));
    assertThat(open).hasSize(everyOctet().size());
    assertThat(open.getLast())
        .containsEntry("user", "\u202Egnp.exe")
        .containsEntry("destination", "\u202Egnp.exe");
    assertThat(open.get(0xFF))
        .containsEntry("user", "x\\xFF")
        .containsEntry("destination", "x\\xFF");
    assertThat(ReadJson.items(strict("/api/v1/connections?user=x%FF")))
        .containsExactly(open.get(0xFF));
    assertThat(ReadJson.items(strict("/api/v1/connections?user=x%00")))
        .containsExactly(open.get(0));
    assertThat(ReadJson.items(strict("/api/v1/connections?q=onerror"))).hasSize(1);
  }
}
