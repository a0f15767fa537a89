package dev.argyle.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What docs/client.md shows compiles, and its HTTPS example works. */
@Timeout(120)
@Tag("arrows")
class ManualTest {

  private static final Pattern BLOCK = Pattern.compile("(?s)```java\n(.*?)```");
  private static final char[] STORE_PASSWORD = "changeit".toCharArray();

  @Test
  void everyExampleIsCodeThatCompiles() throws Exception {
    String manual = Files.readString(Path.of("..", "docs", "client.md"));
    String source =
        withoutIndent(Files.readString(Path.of("src/test/java/dev/argyle/client/Examples.java")));
    List<String> blocks =
        BLOCK.matcher(manual).results().map((MatchResult block) -> block.group(1)).toList();
    assertThat(blocks).hasSizeGreaterThanOrEqualTo(5);
    assertThat(blocks).allSatisfy(block -> assertThat(source).contains(withoutIndent(block)));
  }

  private static String withoutIndent(String code) {
    return code.replaceAll("(?m)^ +", "");
  }

  @Test
  void httpsGoesThroughATunnelToAHostThatOnlyTheServerResolves(@TempDir Path directory)
      throws Exception {
    SSLContext tls = selfSigned(directory.resolve("keys.p12"));
    HttpsServer web =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    web.setHttpsConfigurator(new HttpsConfigurator(tls));
    web.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 5);
          exchange.getResponseBody().write("hello".getBytes());
          exchange.close();
        });
    web.start();
    int port = web.getAddress().getPort();
    String request = "05 01 00 03 0A 77 65 62 2E 72 65 6D 6F 74 65 %04X".formatted(port);
    try (var server =
        ScriptedServer.playing(
            client -> {
              client.connects(request);
              forward(client.socket(), web.getAddress());
            })) {
      byte[] answer =
          Examples.https(server.client().build(), tls.getSocketFactory(), "web.remote", port);
      assertThat(new String(answer)).startsWith("HTTP/1.1 200 ").endsWith("hello");
      server.finished();
    } finally {
      web.stop(0);
    }
  }

  private static void forward(Socket client, InetSocketAddress to) throws Exception {
    try (Socket outbound = new Socket(to.getAddress(), to.getPort())) {
      Thread up = Thread.startVirtualThread(() -> copy(client, outbound));
      copy(outbound, client);
      up.join(ScriptedServer.LONG);
    }
  }

  private static void copy(Socket from, Socket to) {
    try (InputStream in = from.getInputStream()) {
      in.transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException over) {
      // one side has closed both ways
    }
  }

  /** Of web.remote, and trusted by the same context. */
  private static SSLContext selfSigned(Path file) throws Exception {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keystore",
                file.toString(),
                "-storepass",
                "changeit",
                "-keyalg",
                "EC",
                "-alias",
                "web",
                "-dname",
                "CN=web.remote",
                "-ext",
                "san=dns:web.remote")
            .redirectErrorStream(true)
            .redirectOutput(file.resolveSibling("keytool.log").toFile())
            .start();
    assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
    KeyStore keys = KeyStore.getInstance(file.toFile(), STORE_PASSWORD);
    KeyManagerFactory ours = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    ours.init(keys, STORE_PASSWORD);
    TrustManagerFactory trusted =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    KeyStore certificates = KeyStore.getInstance(KeyStore.getDefaultType());
    certificates.load(null, null);
    certificates.setCertificateEntry("web", keys.getCertificate("web"));
    trusted.init(certificates);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(ours.getKeyManagers(), trusted.getTrustManagers(), null);
    return context;
  }
}
