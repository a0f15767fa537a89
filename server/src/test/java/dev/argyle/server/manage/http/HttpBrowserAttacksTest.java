package dev.argyle.server.manage.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.admission.Penalties;
import dev.argyle.server.control.ManagedServer;
import dev.argyle.server.manage.door.DoorListener;
import dev.argyle.server.manage.mass.MassConversation;
import dev.argyle.server.telemetry.Counter;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
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
  void guessesByHeaderAndByFormOweTogether() throws Exception {
    var penalties = rig.services.admission().penalties();
    for (int i = 0; i < 2; i++) { // each is answered later than the one before
      rig.send("GET", "/thing", null, "Authorization", HttpRig.basic("admin", "guess" + i));
      rig.anonymous(
          "POST", "/api/v1/session", "{\"name\":\"admin\",\"password\":\"guess" + i + "\"}");
    }
    assertThat(penalties.sources()).isEqualTo(1);
    assertThat(rig.server.count(Counter.AUTHENTICATION_FAILURES)).isEqualTo(4);
  }

  /** Loopback is never refused: the guesser comes from another address of this machine. */
  @Test
  void guessesOweAtEveryDoorAndARefusedSourceIsNotLetIn() throws Exception {
    InetAddress guesser = addressBesideLoopback();
    Penalties penalties = rig.services.admission().penalties();
    try (DoorListener mass =
        DoorListener.tcp(
            rig.services,
            "127.0.0.1",
            0,
            MassConversation.over(rig.services, ByteOrder.BIG_ENDIAN))) {
      owes(guesser, Penalties.THRESHOLD.minusSeconds(5 + 2));
      assertThat(get(guesser, "guess")).as("still below 30 s").startsWith("HTTP/1.1 401 ");
      assertThat(get(guesser, ManagedServer.PASSWORD)).startsWith("HTTP/1.1 200 ");
      assertThat(isLetIn(guesser, mass)).isTrue();
      while (!penalties.refuses(guesser)) { // time takes off what a slow machine needs
        owes(guesser, Penalties.THRESHOLD.minusSeconds(1 + 2));
        assertThat(get(guesser, "guess")).as("the last one is answered").contains(" 401 ");
      }
      assertThat(rig.server.count(Counter.REFUSED_PENALISED)).isZero();
      assertThat(get(guesser, ManagedServer.PASSWORD)).as("closed without a word").isEmpty();
      assertThat(rig.server.count(Counter.REFUSED_PENALISED)).isEqualTo(1);
      assertThat(isLetIn(guesser, mass)).isFalse();
      assertThat(rig.server.count(Counter.REFUSED_PENALISED)).isEqualTo(2);
      InetAddress another = InetAddress.getLoopbackAddress();
      assertThat(get(another, ManagedServer.PASSWORD)).startsWith("HTTP/1.1 200 ");
      assertThat(isLetIn(another, mass)).isTrue();
    }
  }

  /** For octets that make no sense, each of which is 2 s: so much, and less than 2 s more. */
  private void owes(InetAddress source, Duration debt) {
    while (rig.services.admission().penalties().penalty(source).compareTo(debt) < 0) {
      rig.server.penalise(source);
    }
  }

  private static InetAddress addressBesideLoopback() throws IOException {
    List<InetAddress> found =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(Inet4Address.class::isInstance)
            .filter(address -> !address.isLoopbackAddress())
            .toList();
    Assumptions.assumeFalse(found.isEmpty(), "this machine has loopback alone");
    return found.getFirst();
  }

  /** What the door answers; nothing, if it closes at once. */
  private String get(InetAddress from, String password) throws IOException {
    String request =
        "GET /thing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: "
            + HttpRig.basic("admin", password)
            + "\r\n\r\n";
    try (Socket socket = connected(from, rig.port())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (SocketException reset) { // closed before the request was there
      return "";
    }
  }

  /** A greeting of MASS has an answer. */
  private static boolean isLetIn(InetAddress from, DoorListener mass) throws IOException {
    try (Socket socket = connected(from, mass.local().getPort())) {
      socket.getOutputStream().write(new byte[] {1, 1, 2});
      return socket.getInputStream().read() == 1;
    } catch (SocketException reset) {
      return false;
    }
  }

  private static Socket connected(InetAddress from, int port) throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(from, 0));
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket.setSoTimeout(30_000);
    return socket;
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
