package dev.argyle.server.manage.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
@Tag("play")
class StaticFilesTest {

  @TempDir Path data;
  private HttpRig rig;

  @BeforeEach
  void open() throws Exception {
    rig = new HttpRig(data, _ -> StaticFiles.of("/test-files/"));
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/test-page.html,text/html; charset=utf-8,doctype",
    "/test-app.js,text/javascript; charset=utf-8,answer",
    "/test-lib/deep.css,text/css; charset=utf-8,color"
  })
  void filesOfTheListAreOpenToAll(String path, String type, String part) throws Exception {
    HttpResponse<String> response = rig.anonymous("GET", path, null);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains(type);
    assertThat(response.headers().firstValue("Cache-Control")).contains("no-cache");
    assertThat(response.body()).contains(part);
  }

  @Test
  void firstPageIsTheDashboards() throws Exception {
    HttpResponse<String> index = rig.anonymous("GET", "/", null);
    assertThat(index.statusCode()).isEqualTo(200);
    assertThat(index.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
    assertThat(index.body()).isEqualTo(rig.anonymous("GET", "/index.html", null).body());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/test-page.html", "/test-app.js", "/test-lib/deep.css"})
  void pagesAndModulesForbidWhatIsInlineOrFromElsewhere(String path) throws Exception {
    HttpResponse<String> first = rig.anonymous("GET", path, null);
    String tag = first.headers().firstValue("ETag").orElseThrow();
    HttpResponse<String> known = rig.anonymous("GET", path, null, "If-None-Match", tag);
    assertThat(List.of(first.statusCode(), known.statusCode())).containsExactly(200, 304);
    for (HttpResponse<String> response : List.of(first, known)) {
      assertThat(response.headers().allValues("Content-Security-Policy"))
          .containsExactly(Heads.CONTENT_SECURITY_POLICY);
      assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
      assertThat(response.headers().firstValue("Referrer-Policy")).contains("no-referrer");
    }
    assertThat(Heads.CONTENT_SECURITY_POLICY.split("; ?"))
        .contains("default-src 'none'", "script-src 'self'", "style-src 'self'")
        .contains("frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'")
        .noneMatch(part -> part.contains("unsafe") || part.contains("*") || part.contains(":"));
  }

  @Test
  void fileThatABrowserHasIsNotSentAgain() throws Exception {
    HttpResponse<String> plain = rig.anonymous("GET", "/test-app.js", null);
    String tag = plain.headers().firstValue("ETag").orElseThrow();
    HttpResponse<String> again =
        rig.anonymous("GET", "/test-app.js", null, "If-None-Match", "\"x\", W/" + tag);
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    HttpResponse<String> compressed =
        rig.anonymous("GET", "/test-app.js", null, "Accept-Encoding", "br, gzip;q=0.5");
    assertThat(compressed.headers().firstValue("Content-Encoding")).contains("gzip");
    assertThat(compressed.headers().firstValue("Vary")).contains("Accept-Encoding");
    assertThat(compressed.headers().firstValue("ETag").orElseThrow())
        .as("other octets have another tag")
        .isNotEqualTo(tag);
    assertThat(
            rig.anonymous("GET", "/test-app.js", null, "Accept-Encoding", "gzip;q=0")
                .headers()
                .firstValue("Content-Encoding"))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/not-listed.txt",
        "/files",
        "/../test-files/not-listed.txt",
        "/test-lib/../not-listed.txt",
        "/test-lib/%2e%2e/not-listed.txt",
        "/test-lib/..%2fnot-listed.txt",
        "/test-lib/%2E%2E%2Fnot-listed.txt",
        "/test-lib%2fdeep.css",
        "/test-lib/..\\not-listed.txt",
        "/test-lib/%5c..%5cnot-listed.txt",
        "/%00/test-app.js",
        "/test-app.js%00",
        "/test-app.js%00.html",
        "/test-app.js/",
        "//test-app.js",
        "/./test-app.js",
        "/TEST-APP.JS",
        "/test-app.js;x",
        "/test-%2561pp.js",
        "/etc/passwd",
        "/dev/argyle/server/ArgyleServer.class",
        "/META-INF/MANIFEST.MF"
      })
  void noPathLeadsToWhatIsNotInTheList(String path) throws Exception {
    String answer =
        rig.raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assertThat(answer).matches("(?s)HTTP/1\\.1 40[04] .*").doesNotContain("secret", "color");
  }
}
