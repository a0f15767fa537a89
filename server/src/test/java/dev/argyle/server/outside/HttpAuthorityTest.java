package dev.argyle.server.outside;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.argyle.server.config.Accounts;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The HTTP hook against a service that tells the truth, and one that does not. */
@Tag("program")
class HttpAuthorityTest {

  private static final String SECRET_PASSWORD = "canary-4711";
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(300);

  @TempDir Path folder;

  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private HttpServer service;
  private Handler handler = exchange -> send(exchange, 200, "{\"allow\":true}");

  private interface Handler {
    void handle(HttpExchange exchange) throws IOException;
  }

  @BeforeEach
  void open() throws IOException {
    service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    service.setExecutor(threads);
    service.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          authorizations.add(
              String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          exchange.getRequestBody().readAllBytes();
          handler.handle(exchange);
        });
    service.start();
  }

  @AfterEach
  void close() {
    service.stop(0);
    threads.shutdownNow();
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] octets = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, octets.length == 0 ? -1 : octets.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(octets);
    }
  }

  private Answer ask(int port, Duration timeout, @Nullable String secretFile) throws IOException {
    Accounts.Http config =
        new Accounts.Http(
            "http://127.0.0.1:" + port + "/login", null, secretFile, timeout, Duration.ZERO, 2);
    try (HttpAuthority authority = new HttpAuthority(config)) {
      return authority.ask(
          new Authority.Asked(
              "ana",
              SECRET_PASSWORD.getBytes(StandardCharsets.UTF_8),
              InetAddress.getLoopbackAddress(),
              "127.0.0.1:1080",
              () -> true));
    }
  }

  private Answer ask() throws IOException {
    return ask(service.getAddress().getPort(), LONG, null);
  }

  private void assertUnknown(Answer answer, String why) {
    assertThat(answer)
        .isInstanceOfSatisfying(
            Answer.Unknown.class,
            unknown -> assertThat(unknown.why()).contains(why).doesNotContain(SECRET_PASSWORD));
  }

  @Test
  void yesAndNoAreHeardAndTheSecretIsShown() throws IOException {
    assertThat(ask()).isEqualTo(new Answer.Allowed(Map.of(), Duration.ZERO));
    handler = exchange -> send(exchange, 200, "{\"allow\":false}");
    Path secret = Files.writeString(folder.resolve("secret"), "s3cret\n");
    assertThat(ask(service.getAddress().getPort(), LONG, secret.toString()))
        .isEqualTo(new Answer.Denied());
    assertThat(authorizations).containsExactly("null", "Bearer s3cret");
    assertThat(asked).hasValue(2);
  }

  @Test
  void aSecretThatCannotBeReadIsNotLeftOut() throws IOException {
    assertUnknown(
        ask(service.getAddress().getPort(), LONG, folder.resolve("none").toString()),
        "accounts.http.secret-file: ");
    assertThat(asked).hasValue(0);
  }

  @Test
  void aRedirectIsNotFollowed() throws IOException {
    handler =
        exchange -> {
          exchange.getResponseHeaders().add("Location", "/elsewhere");
          send(exchange, 307, "{\"allow\":true}");
        };
    assertUnknown(ask(), "redirects are not followed");
    assertThat(asked).hasValue(1);
  }

  @Test
  void anAnswerOfAnotherStatusIsNeitherYesNorNo() throws IOException {
    for (int status : new int[] {201, 401, 403, 404, 500}) {
      handler = exchange -> send(exchange, status, "{\"allow\":true}");
      assertUnknown(ask(), "status " + status);
    }
  }

  @Test
  void anAnswerWithoutEndIsCutOff() throws IOException {
    handler =
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream out = exchange.getResponseBody()) {
            for (int i = 0; i < 1_000; i++) {
              out.write((SECRET_PASSWORD + " ".repeat(100_000)).getBytes(StandardCharsets.UTF_8));
            }
          } catch (IOException refused) {
            exchange.close();
          }
        };
    assertUnknown(ask(), "more than 65536 bytes");
  }

  @Test
  void aTrickleDoesNotProlongIt() throws IOException {
    handler =
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write('{');
            out.flush();
            Thread.sleep(LONG); // the test ends it
          } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
          }
        };
    assertUnknown(ask(service.getAddress().getPort(), SHORT, null), "no answer within 300 ms");
    assertThat(asked).as("one retry").hasValue(2);
  }

  @Test
  void whoeverIsAwayIsTriedTwice() throws IOException {
    int port;
    try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = nobody.getLocalPort();
    }
    assertUnknown(ask(port, LONG, null), "cannot be connected to");
  }

  /** What it sends is in no message: it could be the password. */
  @Test
  void whatDoesNotSpeakHttpIsNotQuoted() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      AtomicInteger connections = new AtomicInteger();
      threads.execute(
          () -> {
            while (true) {
              try (Socket client = other.accept()) {
                connections.incrementAndGet();
                client
                    .getOutputStream()
                    .write((SECRET_PASSWORD + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
              } catch (IOException closed) {
                return;
              }
            }
          });
      assertUnknown(ask(other.getLocalPort(), LONG, null), "does not speak HTTP");
      assertThat(connections).hasValue(2);
    }
  }

  @Test
  void nobodyIsAskedWhereNobodyWaits() throws IOException {
    Accounts.Http config =
        new Accounts.Http(
            "http://127.0.0.1:" + service.getAddress().getPort(),
            null,
            null,
            LONG,
            Duration.ZERO,
            2);
    try (HttpAuthority authority = new HttpAuthority(config)) {
      Answer answer =
          authority.ask(
              new Authority.Asked(
                  "ana", new byte[] {1}, InetAddress.getLoopbackAddress(), "", () -> false));
      assertThat(answer).isEqualTo(new Answer.Unwanted());
    }
    assertThat(asked).hasValue(0);
  }
}
