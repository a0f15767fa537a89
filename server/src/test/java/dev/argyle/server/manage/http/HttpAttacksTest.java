package dev.argyle.server.manage.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argyle.server.control.ManagedServer;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Door;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a hostile client, or a hostile page in an administrator's browser, may try; and limits. */
@Timeout(120)
@Tag("play")
class HttpAttacksTest extends HttpAttacksCase {

  private void impatient() throws Exception {
    rig.close();
    rig = new HttpRig(new ManagedServer(data), this::routes, SHORT);
  }

  // Smuggling

  static List<String> smuggled() {
    String post = HttpRig.head("POST /thing HTTP/1.1") + "Content-Type: application/json\r\n";
    return List.of(
        post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        post + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ",
        post + "Content-Length: 2, 3\r\n\r\n{} ",
        post + "Content-Length: +2\r\n\r\n{}",
        post + "Content-Length: -2\r\n\r\n{}",
        post + "Content-Length: 0x2\r\n\r\n{}",
        post + "Content-Length: 99999999999999999999\r\n\r\n{}",
        post + "Content-Length : 2\r\n\r\n{}",
        post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        post + "Transfer-Encoding: identity\r\n\r\n",
        post.replace("HTTP/1.1", "HTTP/1.0") + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        post + "Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
        post.replace("\r\n", "\n") + "Content-Length: 2\n\n{}",
        post + "X: y\nContent-Length: 2\r\n\r\n{}",
        post + "X: y\rContent-Length: 2\r\n\r\n{}",
        post + "X: y\0z\r\nContent-Length: 2\r\n\r\n{}",
        post + ": y\r\nContent-Length: 2\r\n\r\n{}",
        post + "X y\r\nContent-Length: 2\r\n\r\n{}",
        "POST /thing HTTP/2.0\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}",
        "POST /thing\r\nHost: localhost\r\n\r\n",
        "POST  /thing HTTP/1.1 x\r\nHost: localhost\r\n\r\n");
  }

  /** Each of these is one request to one reader and another one, or two, to another. */
  @ParameterizedTest
  @MethodSource("smuggled")
  void requestThatTwoReadersCouldReadInTwoWaysIsRefusedAndNothingBehindItIsRead(String octets)
      throws Exception {
    String behind = HttpRig.head("POST /thing HTTP/1.1");
    String answers =
        rig.raw(octets + behind + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
    assertThat(answers).matches("(?s)HTTP/1\\.1 (4|5)\\d\\d .*");
    assertThat(answers.split("HTTP/1.1 \\d", -1)).as("one answer").hasSize(2);
    assertThat(changed).hasValue(0);
    assertThat(rig.server.count(Counter.HTTP_MALFORMED)).isEqualTo(1);
  }

  /** RFC 9112, section 5.2: replaced by spaces before anybody looks at the value. */
  @Test
  void headerThatGoesOnInTheNextLineIsOneHeader() throws Exception {
    String answer =
        rig.raw(
            HttpRig.head("POST /thing HTTP/1.1")
                + "X: y\r\n Content-Length: 5\r\n\tTransfer-Encoding: chunked\r\n"
                + "Content-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n"
                + "\r\n{}");
    assertThat(answer).startsWith("HTTP/1.1 204 ");
    assertThat(changed).hasValue(1);
  }

  // Huge and slow

  @ParameterizedTest
  @CsvSource({"16000,200", "17000,431"})
  void headersAreBounded(int octets, int status) throws Exception {
    String request =
        HttpRig.head("GET /thing HTTP/1.1") + "Connection: close\r\nX: " + "x".repeat(octets);
    assertThat(rig.raw(request + "\r\n\r\n")).startsWith("HTTP/1.1 " + status + " ");
  }

  @ParameterizedTest
  @CsvSource({"8000,400", "8300,414"})
  void requestLineIsBounded(int octets, int status) throws Exception {
    String request = HttpRig.head("GET /thing?" + "x".repeat(octets) + " HTTP/1.1");
    assertThat(rig.raw(request + "Connection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 " + status + " ");
  }

  @ParameterizedTest
  @CsvSource({"65536,400", "65537,413"})
  void bodyIsBoundedWhetherItsLengthIsToldOrNot(int octets, int status) throws Exception {
    String body = "x".repeat(octets); // no JSON: whoever reads it says so
    String head =
        HttpRig.head("POST /thing HTTP/1.1")
            + "Content-Type: application/json\r\nConnection: close\r\n";
    assertThat(rig.raw(head + "Content-Length: " + octets + "\r\n\r\n" + body))
        .startsWith("HTTP/1.1 " + status + " ");
    String chunk = Integer.toHexString(octets) + "\r\n" + body + "\r\n0\r\n\r\n";
    assertThat(rig.raw(head + "Transfer-Encoding: chunked\r\n\r\n" + chunk))
        .startsWith("HTTP/1.1 " + status + " ");
    assertThat(rig.server.count(Counter.HTTP_REQUESTS_REFUSED)).isEqualTo(status == 413 ? 1 : 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /thing HTTP/1.1\r\nHost: loc",
        "POST /thing HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n{"
      })
  void slowHeadersAndSlowBodiesAreCutOffThoughTheyTrickle(String begin) throws Exception {
    impatient();
    try (Socket client = rig.connect()) {
      client.getOutputStream().write(begin.getBytes(US_ASCII));
      Thread trickle = Thread.ofVirtual().start(() -> trickle(client));
      String answer = new String(client.getInputStream().readAllBytes(), US_ASCII);
      assertThat(answer).startsWith("HTTP/1.1 408 ").contains("Connection: close");
      trickle.join();
    }
    assertThat(rig.server.count(Counter.HTTP_TIMEOUTS)).isEqualTo(1);
    assertThat(rig.services.admission().penalties().sources()).as("it owes for it").isEqualTo(1);
  }

  private static void trickle(Socket client) {
    try {
      while (true) {
        client.getOutputStream().write('x');
        Thread.sleep(20);
      }
    } catch (IOException | InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void connectionWithoutARequestIsClosedAndOwesNothing() throws Exception {
    impatient();
    try (Socket client = rig.connect()) {
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
    assertThat(rig.services.admission().penalties().sources())
        .as("browsers open connections before they need them")
        .isZero();
    assertThat(rig.server.count(Counter.HTTP_TIMEOUTS)).isZero();
  }

  @Test
  void connectionThatRestsBetweenRequestsIsClosed() throws Exception {
    impatient();
    String answer = rig.raw(HttpRig.head("GET /thing HTTP/1.1") + "\r\n");
    assertThat(answer).endsWith("secret").doesNotContain("Connection: close");
  }

  // Many

  @Test
  void oneSourceOfTenThousandConnectionsHasItsShareAndNoMore() throws Exception {
    rig.server.penaliseNobody();
    List<Socket> crowd = new ArrayList<>();
    int most = 0;
    try {
      for (int i = 0; i < 10_000; i++) {
        Socket socket = rig.connect();
        if (crowd.size() < 1_500) {
          crowd.add(socket);
        } else {
          socket.close();
        }
        most = Math.max(most, rig.services.admission().connections(Door.HTTP));
      }
      // Of 256 that have not logged in, three quarters; and one that is just being refused.
      assertThat(most).isBetween(1, 193);
    } finally {
      for (Socket socket : crowd) {
        socket.close();
      }
    }
    await().until(() -> rig.services.admission().connections(Door.HTTP) == 0);
    assertThat(rig.get("/thing").body()).isEqualTo("secret");
    assertThat(rig.server.count(Counter.REFUSED_SOURCE_EARLY_DROP)).isPositive();
  }

  @Test
  void requestsThatAreUnderWayAreBoundedAndTheNextIsToldToComeAgain() throws Exception {
    List<Socket> waiting = new ArrayList<>();
    try {
      for (int i = 0; i < Dispatch.MAX_UNDER_WAY_OF_A_SOURCE; i++) {
        Socket socket = rig.connect();
        waiting.add(socket);
        socket
            .getOutputStream()
            .write((HttpRig.head("GET /slow HTTP/1.1") + "\r\n").getBytes(US_ASCII));
      }
      await()
          .until(
              () -> rig.server.count(Counter.HTTP_REQUESTS) == Dispatch.MAX_UNDER_WAY_OF_A_SOURCE);
      await().until(() -> rig.get("/thing").statusCode() == 503);
      HttpResponse<String> refused = rig.get("/thing");
      assertThat(refused.headers().firstValue("Retry-After")).contains("1");
      assertThat(rig.anonymous("GET", "/livez", null).statusCode()).isEqualTo(200);
      assertThat(rig.server.count(Counter.HTTP_REQUESTS_REFUSED)).isPositive();
    } finally {
      released.countDown();
      for (Socket socket : waiting) {
        socket.close();
      }
    }
    await().until(() -> rig.get("/thing").statusCode() == 200);
  }

  @Test
  void longBodiesThatAreUnderWayAreBounded() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try {
      String begin =
          HttpRig.head("POST /thing HTTP/1.1")
              + "Content-Length: 60000\r\n\r\n"
              + "x".repeat(RequestBody.SHORT_OCTETS + 1);
      for (int i = 0; i < RequestBody.MAX_LONG_OF_A_SOURCE; i++) {
        Socket socket = rig.connect();
        slow.add(socket);
        socket.getOutputStream().write(begin.getBytes(US_ASCII));
      }
      await()
          .until(
              () -> {
                try (Socket next = rig.connect()) {
                  next.setSoTimeout(500);
                  next.getOutputStream().write(begin.getBytes(US_ASCII));
                  return next.getInputStream().read() == 'H';
                } catch (IOException notYet) {
                  return false;
                }
              });
      assertThat(rig.server.count(Counter.HTTP_REQUESTS_REFUSED)).isPositive();
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
    await().until(() -> rig.services.admission().connections(Door.HTTP) == 0);
  }

  @Test
  void tlsWhereHttpIsSpokenIsAnsweredAndOwesNothing() throws Exception {
    assertThat(rig.raw("\u0016\u0003\u0001\u0000\u0005hello\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    assertThat(rig.services.admission().penalties().sources()).isZero();
  }
}
