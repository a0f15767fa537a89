package dev.argyle.server.outside;

import dev.argyle.server.config.Accounts;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/**
 * A service that is asked by a POST of JSON, and answers in JSON: docs/outside-logins.md has both.
 * Only an answer of status 200 counts. A redirect is not followed: it would carry passwords to
 * where nobody has sent them. Two tries at most, each within the time that is configured, from the
 * connection to the last octet of the answer.
 */
public final class HttpAuthority implements Authority {

  /** A longer answer is none. Fixed: the longest attributes of an account are 8 KiB. */
  static final int MAX_ANSWER = 64 * 1024;

  private static final int TRIES = 2;
  private static final int OK = 200;
  private static final int REDIRECTS = 300;
  private static final int ERRORS = 400;

  private final Accounts.Http config;
  private final URI uri;
  private final HttpClient client;
  private final Semaphore places;

  /**
   * @throws IOException the file of authorities cannot be used, with words for the operator
   */
  public HttpAuthority(Accounts.Http config) throws IOException {
    this.config = config;
    this.uri = URI.create(Objects.requireNonNull(config.url(), "accounts.http.url"));
    this.places = new Semaphore(config.maxConcurrent(), true);
    SSLContext tls = Trust.context("accounts.http.ca", config.ca());
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(HttpClient.Builder.NO_PROXY)
            .connectTimeout(config.timeout())
            .sslContext(tls)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
  }

  @Override
  public String name() {
    return "http";
  }

  @Override
  public Answer ask(Asked asked) {
    try {
      if (!places.tryAcquire(config.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
        return new Answer.Unknown("accounts.http.max-concurrent questions are under way");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return new Answer.Unknown("the server ends");
    }
    try {
      return tryTwice(asked);
    } finally {
      places.release();
    }
  }

  private Answer tryTwice(Asked asked) {
    Answer answer = new Answer.Unwanted();
    for (int attempt = 0; attempt < TRIES && asked.wanted().getAsBoolean(); attempt++) {
      try {
        return read(exchange(request(asked)));
      } catch (IOException failed) {
        answer = new Answer.Unknown(words(failed));
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return new Answer.Unknown("the server ends");
      }
    }
    return answer;
  }

  private HttpRequest request(Asked asked) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(config.timeout())
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(HookJson.question(asked)));
    String secretFile = config.secretFile();
    if (secretFile != null) {
      String secret = Trust.secret("accounts.http.secret-file", secretFile);
      try {
        request.header("Authorization", "Bearer " + secret);
      } catch (IllegalArgumentException wrong) { // its message would have the secret
        throw new IOException("accounts.http.secret-file: has characters that no header may have");
      }
    }
    return request.build();
  }

  /** The time that is allowed is for all of it: the client's own is for the head alone. */
  private HttpResponse<byte[]> exchange(HttpRequest request)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> sent =
        client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER));
    try {
      return sent.get(config.timeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      throw new HttpTimeoutException("late");
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof IOException cause
          ? cause
          : new IOException(String.valueOf(failed.getCause()), failed);
    } finally {
      sent.cancel(true); // no effect once it is done
    }
  }

  private Answer read(HttpResponse<byte[]> response) {
    int status = response.statusCode();
    if (status != OK) {
      return new Answer.Unknown(
          "it answers with status "
              + status
              + (status >= REDIRECTS && status < ERRORS
                  ? ", and redirects are not followed; name the right URL"
                  : "; it has to be 200, with allow: true or false"));
    }
    return HookJson.answer(response.body(), config.remember());
  }

  /** Without what the other side has sent, which could be anything: also a password. */
  private String words(IOException failed) {
    return switch (failed) {
      case HttpTimeoutException _ ->
          "no answer within " + config.timeout().toMillis() + " ms (accounts.http.timeout)";
      case ConnectException _ -> "it cannot be connected to";
      case SSLException tls -> "TLS: " + tls.getMessage();
      default -> {
        String message = String.valueOf(failed.getMessage());
        if (message.startsWith("accounts.")) {
          yield message; // ours, of a file
        }
        yield message.startsWith("body exceeds")
            ? "its answer has more than " + MAX_ANSWER + " bytes"
            : "the connection failed, or it does not speak HTTP";
      }
    };
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
