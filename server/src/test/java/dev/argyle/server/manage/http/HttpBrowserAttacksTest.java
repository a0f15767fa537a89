package dev.argyle.server.manage.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.control.ManagedServer;
import dev.argyle.server.telemetry.Counter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a hostile page in an administrator's browser may try, and who guesses passwords. */
@Timeout(120)
@Tag("play")
class HttpBrowserAttacksTest extends HttpAttacksCase {

  // Guessing

  @Test
  void guessesOweAtEveryDoorAndARefusedSourceIsNotLetIn() throws Exception {
    var penalties = rig.services.admission().penalties();
    for (int i = 0; i < 2; i++) { // each is answered later than the one before
      rig.send("GET", "/thing", null, "Authorization", HttpRig.basic("admin", "guess" + i));
      rig.anonymous(
          "POST", "/api/v1/session", "{\"name\":\"admin\",\"password\":\"guess" + i + "\"}");
    }
    assertThat(penalties.sources()).isEqualTo(1);
    assertThat(rig.server.count(Counter.AUTHENTICATION_FAILURES)).isEqualTo(4);
  }

  @Test
  void guessesInOneConnectionEndIt() throws Exception {
    String guess =
        "GET /thing HTTP/1.1\r\nHost: localhost\r\nAuthorization: "
            + HttpRig.basic("admin", "guess")
            + "\r\n\r\n";
    String answers = rig.raw(guess.repeat(5));
    assertThat(answers.indexOf("HTTP/1.1 401", 1)).isEqualTo(-1);
    assertThat(rig.server.count(Counter.AUTHENTICATION_FAILURES)).isEqualTo(1);
  }

  // Browsers

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:80",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "192.0.2.1",
        "0.0.0.0",
        "[::]",
        "127.0.0.1@evil.example",
        ""
      })
  void nameThatWasMadeToPointHereIsRefused(String host) throws Exception {
    String request =
        "GET /thing HTTP/1.1\r\nHost: "
            + host
            + "\r\nAuthorization: "
            + HttpRig.basic("admin", ManagedServer.PASSWORD)
            + "\r\nConnection: close\r\n\r\n";
    assertThat(rig.raw(request)).startsWith("HTTP/1.1 421 ").doesNotContain("secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST:1",
        "127.0.0.1",
        "127.0.0.1:9",
        "[::1]:9",
        "proxy.example",
        "Proxy.Example:443"
      })
  void ownNamesAreServed(String host) throws Exception {
    String request =
        HttpRig.head("GET /thing HTTP/1.1").replace("Host: localhost", "Host: " + host);
    assertThat(rig.raw(request + "Connection: close\r\n\r\n")).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void targetWithAnAuthorityOfItsOwnIsCheckedInsteadOfTheHost() throws Exception {
    String own = HttpRig.head("GET http://localhost/thing HTTP/1.1") + "Connection: close\r\n\r\n";
    assertThat(rig.raw(own)).startsWith("HTTP/1.1 200 ");
    assertThat(rig.raw(own.replace("//localhost", "//evil.example")))
        .startsWith("HTTP/1.1 421 ")
        .contains("no HTTP proxy");
    assertThat(rig.raw(own.replace("\r\nHost: localhost", ""))).startsWith("HTTP/1.1 200 ");
    assertThat(rig.raw("GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ");
    assertThat(
            rig.raw(
                "GET /livez HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n"
                    + "Connection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ");
    assertThat(
            rig.raw(
                "CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n"
                    + "Connection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://evil.example", "null", "http://localhost:1", "https://127.0.0.1"})
  void pageOfAnotherOriginChangesNothingAndHearsNothing(String origin) throws Exception {
    assertThat(rig.send("POST", "/thing", "{}", "Origin", origin).statusCode()).isEqualTo(403);
    assertThat(rig.send("GET", "/thing", null, "Origin", origin).statusCode()).isEqualTo(403);
    assertThat(rig.stream("/events", "Origin", origin).statusCode()).isEqualTo(403);
    assertThat(changed).hasValue(0);
    String own = "http://127.0.0.1:" + rig.port();
    assertThat(rig.send("POST", "/thing", "{}", "Origin", own).statusCode()).isEqualTo(204);
    assertThat(rig.send("POST", "/thing", "{}", "Sec-Fetch-Site", "cross-site").statusCode())
        .isEqualTo(403);
  }
}
