package dev.argyle.server.dissect;

import static dev.argyle.server.dissect.Conversation.accepted;
import static dev.argyle.server.dissect.Conversation.base64;
import static dev.argyle.server.dissect.Conversation.refused;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("play")
class HttpDissectorTest {

  private static String get(String credentials) {
    return "GET /private HTTP/1.1\r\nHost: www.example\r\nAuthorization: Basic "
        + base64(credentials)
        + "\r\n";
  }

  @Test
  void credentialsAreFoundAndWhatTheServerRefusesIsNotMarked() {
    assertThat(
            new Conversation()
                .client("GET / HTTP/1.1\r\nHost: www.example\r\n")
                .server("HTTP/1.1 401 Unauthorized\r\nContent-Length: 4\r\n\r\nno\r\n".strip())
                .client(get("ana:wrong"))
                .server("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n")
                .client(get("ana:with:colon"))
                .server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n")
                .logins())
        .containsExactly(refused("HTTP", "ana", "wrong"), accepted("HTTP", "ana", "with:colon"));
  }

  @Test
  void credentialsThatAreSentAgainAreFoundOnce() {
    Conversation conversation = new Conversation();
    for (int i = 0; i < 5; i++) {
      conversation.client(get("ana:pw")).server("HTTP/1.1 204 No Content\r\n");
    }
    conversation.client(get("eva:pw")).server("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n");
    assertThat(conversation.logins())
        .containsExactly(accepted("HTTP", "ana", "pw"), accepted("HTTP", "eva", "pw"));
  }

  @Test
  void requestsBehindBodiesOfEveryKindAreFound() {
    String post =
        "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
            + "5;x=y\r\nGET /\r\n0\r\nTrailer: 1\r\n\r\n";
    String put = "PUT / HTTP/1.1\r\nContent-Length: 9\r\n\r\nGET / HT\n";
    assertThat(
            new Conversation()
                .raw(true, post + put + "HEAD / HTTP/1.0\r\n\r\n" + get("ana:pw") + "\r\n")
                .raw(
                    false,
                    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
                        + "\r\n3\r\n\r\n\r\r\n00\r\n\r\nHTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok"
                        + "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nHTTP/1.1 200 OK\r\n\r\n")
                .logins())
        .containsExactly(accepted("HTTP", "ana", "pw"));
  }

  @Test
  void proxyAuthorizationIsJudgedByTheProxy() {
    Conversation conversation =
        new Conversation()
            .client(
                "CONNECT www.example:443 HTTP/1.1\r\nProxy-Authorization: basic  "
                    + base64("ana:wrong")
                    + "\r\n")
            .server("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n")
            .client(
                "CONNECT www.example:443 HTTP/1.1\r\nproxy-authorization:Basic "
                    + base64("ana:right")
                    + "\r\n")
            .server("HTTP/1.1 200 Connection established\r\n");
    assertThat(conversation.logins())
        .containsExactly(refused("HTTP", "ana", "wrong"), accepted("HTTP", "ana", "right"));
    assertThat(conversation.play().wantsMore()).as("what follows is a tunnel").isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "200, true, true",
    "302, true, true",
    "404, false, true",
    "401, false, true",
    "407, false, false",
    "400, false, false",
    "503, false, false",
  })
  void theStatusJudges(int status, boolean server, boolean proxy) {
    assertThat(
            new Conversation()
                .client(
                    "GET http://www.example/ HTTP/1.1\r\nAuthorization: Basic "
                        + base64("ana:1")
                        + "\r\nProxy-Authorization: Basic "
                        + base64("eva:2")
                        + "\r\n")
                .server("HTTP/1.1 " + status + " Whatever\r\nContent-Length: 0\r\n")
                .logins())
        .containsExactly(
            new Credential("HTTP", "ana", "1", status == 404 || server),
            new Credential("HTTP", "eva", "2", proxy));
  }

  @Test
  void otherSchemesAndNonsenseAreNoLogins() {
    assertThat(
            new Conversation()
                .client(
                    "GET / HTTP/1.1\r\nAuthorization: Bearer abc\r\nAuthorization: Basic ***\r\n"
                        + "Authorization: Basic "
                        + base64("no colon")
                        + "\r\n")
                .server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n")
                .logins())
        .isEmpty();
  }

  @Test
  void anotherProtocolOnTheSameConnectionEndsIt() {
    assertThat(
            new Conversation()
                .client("GET / HTTP/1.1\r\nUpgrade: websocket\r\n")
                .server("HTTP/1.1 101 Switching Protocols\r\n")
                .play()
                .wantsMore())
        .isFalse();
    assertThat(new Conversation().raw(true, "PRI * HTTP/2.0\r\n\r\nSM").play().stepsTaken())
        .isEqualTo(1);
  }

  @Test
  void answerThatEndsWithItsConnectionEndsIt() {
    assertThat(
            new Conversation()
                .client("GET / HTTP/1.0\r\n")
                .server("HTTP/1.0 200 OK\r\n")
                .play()
                .wantsMore())
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"MKCALENDAR", "MERGE", "M-SEARCH", "X"})
  void methodsThatAreNotUsualAreRecognisedByTheEndOfTheLine(String method) {
    String first = method + " /svn HTTP/1.1\r\nAuthorization: Basic " + base64("ana:pw") + "\r\n";
    assertThat(
            new Conversation()
                .client(first)
                .server("HTTP/1.1 401 No\r\nContent-Length: 0\r\n")
                .client(get("ana:pw"))
                .server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n")
                .client(first)
                .server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n")
                .logins())
        .containsExactly(refused("HTTP", "ana", "pw"), accepted("HTTP", "ana", "pw"));
  }

  @Test
  void chunkedWithSpacesBehindItIsChunked() {
    assertThat(
            new Conversation()
                .raw(
                    true,
                    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked \t\r\n\r\n5\r\nGET /\r\n0\r\n\r\n"
                        + get("ana:pw")
                        + "\r\n")
                .server("HTTP/1.1 204 No\r\n\r\nHTTP/1.1 204 No\r\n")
                .logins())
        .containsExactly(accepted("HTTP", "ana", "pw"));
  }

  @Test
  void veryLongFieldIsSkippedAndTheNextOneIsRead() {
    String cookie = "Cookie: " + "c".repeat(20_000) + "\r\n";
    String login = "Authorization: Basic " + base64("ana:pw") + "\r\n";
    assertThat(
            new Conversation()
                .client("GET /" + "p".repeat(5_000) + " HTTP/1.1\r\n" + cookie + login)
                .server("HTTP/1.1 204 No\r\n")
                .logins())
        .containsExactly(accepted("HTTP", "ana", "pw"));
  }

  @Test
  void lengthThatIsNoneOrTooLongEndsIt() {
    for (String length : new String[] {"x", "", "9".repeat(30)}) {
      Conversation.Outcome outcome =
          new Conversation().client("POST / HTTP/1.1\r\nContent-Length: " + length).play();
      assertThat(outcome.wantsMore()).as(length).isFalse();
    }
    String chunk = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + "f".repeat(30);
    assertThat(new Conversation().client(chunk).play().wantsMore()).isFalse();
  }
}
