package dev.argyle.server.manage.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.argyle.server.control.ManagedServer;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Door;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.math.BigInteger;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTPS, with certificates that openssl makes. */
@Timeout(120)
@Tag("play")
class TlsTest {

  @TempDir Path data;
  @TempDir Path files;
  private Path certificate;
  private Path key;

  @BeforeEach
  void make() throws Exception {
    certificate = files.resolve("cert.pem");
    key = files.resolve("key.pem");
    make(1, "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1");
  }

  private void make(int serial, String... algorithm) throws Exception {
    Path freshKey = files.resolve("fresh.key");
    Path freshCertificate = files.resolve("fresh.pem");
    List<String> command =
        new java.util.ArrayList<>(
            List.of(
                "openssl",
                "req",
                "-x509",
                "-nodes",
                "-subj",
                "/CN=localhost",
                "-days",
                "2",
                "-set_serial",
                Integer.toString(serial),
                "-keyout",
                freshKey.toString(),
                "-out",
                freshCertificate.toString(),
                "-newkey"));
    command.addAll(List.of(algorithm));
    run(command);
    Files.move(freshKey, key, StandardCopyOption.REPLACE_EXISTING);
    Files.move(freshCertificate, certificate, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void run(List<String> command) throws Exception {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException missing) {
      assumeTrue(false, "needs openssl");
      return;
    }
    String said = new String(process.getInputStream().readAllBytes(), US_ASCII);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
  }

  private HttpRig rig() throws Exception {
    return new HttpRig(
        new ManagedServer(data),
        _ -> List.of(Route.get("/thing").answers(_ -> Response.text("text/plain", "secret"))),
        HttpServices.Times.STANDARD,
        TlsFiles.read(certificate, key));
  }

  private static SSLSocket connect(HttpRig rig) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Anybody()}, null);
    SSLSocket socket =
        (SSLSocket)
            context.getSocketFactory().createSocket(rig.connect(), "localhost", rig.port(), true);
    socket.startHandshake();
    return socket;
  }

  /** What is tested is which certificate is shown. */
  private static final class Anybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private static BigInteger serial(HttpRig rig) throws Exception {
    try (SSLSocket socket = connect(rig)) {
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
    }
  }

  private static String exchange(HttpRig rig, String request) throws Exception {
    try (SSLSocket socket = connect(rig)) {
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }

  @Test
  void requestsAreServedAndTheCookieIsForTlsAlone() throws Exception {
    try (HttpRig rig = rig()) {
      assertThat(exchange(rig, HttpRig.head("GET /thing HTTP/1.1") + "Connection: close\r\n\r\n"))
          .endsWith("secret");
      String login = "{\"name\":\"admin\",\"password\":\"" + ManagedServer.PASSWORD + "\"}";
      String origin = "Origin: https://localhost\r\n";
      assertThat(
              exchange(
                  rig,
                  "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                      + origin
                      + "Content-Type: application/json\r\nContent-Length: "
                      + login.length()
                      + "\r\n\r\n"
                      + login))
          .startsWith("HTTP/1.1 200 ")
          .contains("; Secure");
      assertThat(
              exchange(
                  rig,
                  HttpRig.head("GET /thing HTTP/1.1")
                      + "Origin: http://localhost\r\nConnection: close\r\n\r\n"))
          .as("a page that came without TLS is of another origin")
          .startsWith("HTTP/1.1 403 ");
      await().until(() -> rig.services.admission().connections(Door.HTTP) == 0);
    }
  }

  @Test
  void replacedFilesAreTakenUpAndWrongOnesAreNot() throws Exception {
    try (HttpRig rig = rig()) {
      assertThat(serial(rig)).isEqualTo(BigInteger.ONE);
      make(2, "rsa:2048");
      assertThat(serial(rig)).isEqualTo(BigInteger.TWO);
      Files.writeString(key, "nonsense");
      assertThat(serial(rig)).as("the old ones stay").isEqualTo(BigInteger.TWO);
      Files.delete(key);
      assertThat(serial(rig)).isEqualTo(BigInteger.TWO);
      make(3, "ed25519");
      assertThat(serial(rig)).isEqualTo(BigInteger.valueOf(3));
    }
  }

  @Test
  void aReplacedCertificateIsToldOfBeforeItIsShownAndAFailureToTellStopsNothing() throws Exception {
    List<BigInteger> told = new ArrayList<>();
    TlsFiles tls =
        TlsFiles.read(
            certificate,
            key,
            shown -> {
              told.add(shown.getSerialNumber());
              if (shown.getSerialNumber().equals(BigInteger.TWO)) {
                throw new IOException("the disk is full");
              }
            });
    assertThat(told).containsExactly(BigInteger.ONE);
    make(2, "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1");
    SslContext second = tls.current();
    assertThat(told).containsExactly(BigInteger.ONE, BigInteger.TWO);
    assertThat(tls.current()).as("once for each").isSameAs(second);
    assertThat(told).hasSize(2);
    Files.writeString(key, "nonsense");
    assertThat(tls.current()).isSameAs(second);
    assertThat(told).as("what is not taken up is not told of").hasSize(2);
  }

  @Test
  void whoSpeaksNoTlsOrNothingIsClosed() throws Exception {
    try (HttpRig rig = rig()) {
      assertThat(rig.raw("GET /thing HTTP/1.1\r\nHost: localhost\r\n\r\n"))
          .doesNotContain("secret", "HTTP");
      try (Socket leaves = rig.connect()) {
        leaves.getOutputStream().write(new byte[] {0x16, 3, 1, 2, 0, 1});
      }
      await().until(() -> rig.services.admission().connections(Door.HTTP) == 0);
      assertThat(rig.server.count(Counter.BUGS)).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"certificate", "key", "traditional", "missing", "other"})
  void filesThatAreOfNoUseAreToldWithWhatToDo(String what) throws Exception {
    switch (what) {
      case "certificate" -> Files.writeString(certificate, "nonsense");
      case "key" -> Files.writeString(key, "nonsense");
      case "traditional" ->
          run(
              List.of(
                  "openssl",
                  "ecparam",
                  "-genkey",
                  "-name",
                  "prime256v1",
                  "-noout",
                  "-out",
                  key.toString()));
      case "missing" -> Files.delete(key);
      default -> {
        Path kept = files.resolve("kept");
        Files.copy(key, kept);
        make(2, "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1");
        Files.move(kept, key, StandardCopyOption.REPLACE_EXISTING);
      }
    }
    assertThatThrownBy(() -> TlsFiles.read(certificate, key))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(
            switch (what) {
              case "certificate" -> "has no certificate in PEM";
              case "key", "traditional" -> "openssl pkcs8 -topk8 -nocrypt";
              case "missing" -> "cannot be read";
              default -> "is not the key of the certificate";
            });
  }
}
