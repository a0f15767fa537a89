package dev.argyle.cli.door;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.argyle.cli.door.Access.Administrator;
import dev.argyle.client.manage.ManagementException;
import dev.argyle.client.manage.ManagementException.Reason;
import dev.argyle.wire.Deadline;
import dev.argyle.wire.UserName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP API of a server, whoever uses it: requests and documents, and failures in the words of
 * the server's problem details. Used by one thread at a time.
 */
public final class HttpApi implements AutoCloseable {

  private static final String BASE = "/api/v1";
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** RFC 9110, section 15.5.21: understood, but out of range. */
  private static final int UNPROCESSABLE = 422;

  /** Of a page; the most that the API gives. */
  static final int PAGE = 1_000;

  private final InetSocketAddress server;
  private final @Nullable Trust tls; // null: without TLS
  private final String shown;
  private final String authorization;
  private @Nullable HttpConnection connection;

  /**
   * A server that is not asked yet.
   *
   * @param server resolved when it is asked, unless it is already
   * @param tls null: without TLS
   */
  public HttpApi(InetSocketAddress server, @Nullable Trust tls, Administrator administrator) {
    this(server, tls, "Basic " + Base64.getEncoder().encodeToString(credentials(administrator)));
  }

  private HttpApi(InetSocketAddress server, @Nullable Trust tls, String authorization) {
    this.server = server;
    this.tls = tls;
    String host = server.getHostString();
    this.shown = (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + server.getPort();
    this.authorization = authorization;
  }

  private static byte[] credentials(Administrator administrator) {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(administrator.name().octets());
    both.write(':');
    both.writeBytes(administrator.password().value());
    return both.toByteArray();
  }

  /**
   * Asks whether HTTP is spoken there, without a login.
   *
   * @throws ManagementException that it cannot be reached, if it is not
   */
  static void requireHttp(InetSocketAddress server, @Nullable Trust tls)
      throws ManagementException {
    HttpApi nobody = new HttpApi(server, tls, "");
    Deadline deadline = Deadline.after(PATIENCE);
    String request =
        "GET /livez HTTP/1.1\r\nHost: " + nobody.shown + "\r\nConnection: close\r\n\r\n";
    try (HttpConnection connection = nobody.connect("connect", deadline)) {
      connection.ask(request.getBytes(StandardCharsets.ISO_8859_1), deadline);
    } catch (ManagementException failed) {
      throw failed;
    } catch (SocketTimeoutException late) {
      throw nobody.failure("connect", new Reason.TimedOut(PATIENCE, ""), late);
    } catch (IOException other) {
      throw nobody.failure(
          "connect",
          new Reason.Unreachable(
              "what listens there does not speak HTTP"
                  + (tls == null
                      ? "; if it is HTTPS, write --server https://" + nobody.shown
                      : "")),
          other);
    }
  }

  /** Writes the fields of a request's body. */
  @FunctionalInterface
  public interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  /** Where it is: {@code 127.0.0.1:8081}. */
  public String address() {
    return shown;
  }

  /**
   * Reads a resource.
   *
   * @param asked for messages
   * @param path below /api/v1, with its query
   */
  public Document get(String asked, String path) throws ManagementException {
    return exchange(asked, "GET", path, null);
  }

  /** Changes something. */
  public Document change(String asked, String method, String path, @Nullable Fields body)
      throws ManagementException {
    return exchange(asked, method, path, body);
  }

  /** All items of a list, or as many as are wanted. */
  public List<Document> all(String asked, String path, int atMost) throws ManagementException {
    List<Document> items = new ArrayList<>();
    String cursor = null;
    do {
      Document page = page(asked, path, cursor, Math.min(PAGE, atMost - items.size()));
      items.addAll(page.list("items"));
      cursor = page.text("next");
    } while (cursor != null && items.size() < atMost);
    return items;
  }

  /**
   * A page of a list.
   *
   * @param cursor of the page before; null: the first
   */
  Document page(String asked, String path, @Nullable String cursor, int limit)
      throws ManagementException {
    String query = "limit=" + limit + (cursor == null ? "" : "&cursor=" + escaped(cursor));
    return get(asked, path + (path.indexOf('?') < 0 ? "?" : "&") + query);
  }

  /** A part of a path or a query: all but letters, digits and {@code -._~} as {@code %HH}. */
  public static String escaped(String text) {
    return escaped(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A user's name as a part of a path. */
  public static String escaped(UserName name) {
    return escaped(name.octets());
  }

  private static String escaped(byte[] octets) {
    StringBuilder escaped = new StringBuilder();
    for (byte octet : octets) {
      char character = (char) (octet & 0xFF);
      if (character < 0x80
          && (Character.isLetterOrDigit(character) || "-._~".indexOf(character) >= 0)) {
        escaped.append(character);
      } else {
        escaped.append(String.format("%%%02X", octet & 0xFF));
      }
    }
    return escaped.toString();
  }

  private Document exchange(String asked, String method, String path, @Nullable Fields body)
      throws ManagementException {
    Deadline deadline = Deadline.after(PATIENCE);
    byte[] request = request(method, path, body, "application/json", "");
    boolean reused = connection != null;
    boolean changes = !method.equals("GET");
    if (reused && changes) { // the server may have closed it meanwhile, and nothing is done twice
      close();
      reused = false;
    }
    try {
      return exchange(asked, request, deadline);
    } catch (ManagementException lost) {
      if (reused && lost.reason() instanceof Reason.ServerGone) {
        return exchange(asked, request, deadline);
      }
      throw lost;
    }
  }

  private Document exchange(String asked, byte[] request, Deadline deadline)
      throws ManagementException {
    HttpConnection open = connection;
    if (open == null) {
      open = connect(asked, deadline);
      connection = open;
    }
    boolean stays = false;
    try {
      HttpConnection.Head head = open.ask(request, deadline);
      byte[] octets = open.body(head);
      stays = head.staysOpen();
      return answer(asked, head, octets);
    } catch (ManagementException refused) {
      throw refused;
    } catch (IOException failed) {
      throw failure(asked, failed);
    } finally {
      if (!stays) {
        close();
      }
    }
  }

  private HttpConnection connect(String asked, Deadline deadline) throws ManagementException {
    try {
      return HttpConnection.open(server, tls, deadline);
    } catch (UnknownHostException unknown) {
      throw failure(asked, new Reason.Unreachable("no host has this name"), unknown);
    } catch (SocketTimeoutException late) {
      throw failure(asked, new Reason.TimedOut(PATIENCE, ""), late);
    } catch (Trust.Untrusted stranger) {
      throw failure("connect", new Reason.Untrusted(words(stranger)), stranger);
    } catch (IOException refused) {
      boolean interrupted = Thread.currentThread().isInterrupted();
      throw failure(
          "connect",
          interrupted ? new Reason.Interrupted() : new Reason.Unreachable(words(refused)),
          refused);
    }
  }

  private byte[] request(
      String method, String path, @Nullable Fields fields, String accept, String more) {
    byte[] body = fields == null ? new byte[0] : json(fields);
    StringBuilder head = new StringBuilder(512);
    head.append(method).append(' ').append(BASE).append(path).append(" HTTP/1.1\r\nHost: ");
    head.append(shown).append("\r\nAuthorization: ").append(authorization);
    head.append("\r\nAccept: ").append(accept).append("\r\n").append(more);
    if (fields != null) {
      head.append("Content-Type: application/json\r\n");
    }
    if (!method.equals("GET")) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    request.writeBytes(body);
    return request.toByteArray();
  }

  private static byte[] json(Fields fields) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
    } catch (IOException impossible) { // into memory
      throw new IllegalStateException(impossible);
    }
    return out.toByteArray();
  }

  private Document answer(String asked, HttpConnection.Head head, byte[] octets)
      throws ManagementException {
    Document document;
    try {
      document = octets.length == 0 ? Document.EMPTY : Document.read(octets);
    } catch (IOException malformed) {
      if (head.status() < 400) {
        throw failure(asked, new Reason.ProtocolBroken("the answer is not JSON"), malformed);
      }
      document = Document.EMPTY; // what stands between may answer in HTML
    }
    if (head.status() == 401) {
      throw failure("log in", new Reason.LoginRefused("name or password is wrong"), null);
    }
    if (head.status() >= 300) {
      boolean outOfRange = head.status() == UNPROCESSABLE;
      throw failure(
          asked, new Reason.RefusedBecause(words(head.status(), document), outOfRange), null);
    }
    return document;
  }

  /** The problem's detail, and what to do: by a command where the server names a request. */
  private static String words(int status, Document problem) {
    String detail = problem.text("detail", problem.text("title", "HTTP status " + status));
    String advice = problem.text("advice");
    return advice == null || advice.isEmpty()
        ? detail
        : detail + "; " + advice.replace("GET " + BASE + "/", "argyle ctl ");
  }

  private ManagementException failure(String asked, IOException failed) {
    return switch (failed) {
      case SocketTimeoutException late -> failure(asked, new Reason.TimedOut(PATIENCE, ""), late);
      case InterruptedIOException interrupted ->
          failure(asked, new Reason.Interrupted(), interrupted);
      case ClosedByInterruptException interrupted ->
          failure(asked, new Reason.Interrupted(), interrupted);
      case HttpConnection.NotHttp broken ->
          failure(asked, new Reason.ProtocolBroken(words(broken)), broken);
      default -> failure(asked, new Reason.ServerGone(words(failed)), failed);
    };
  }

  private ManagementException failure(String asked, Reason reason, @Nullable Throwable cause) {
    String protocol = tls == null ? "HTTP" : "HTTPS";
    return new ManagementException(protocol + " server " + shown, asked, reason, cause);
  }

  private static String words(IOException failed) {
    return String.valueOf(failed.getMessage());
  }

  /**
   * Begins to listen, on a connection of its own.
   *
   * @param lastSeen the last id that was seen; null: none
   */
  public HttpEvents events(@Nullable String lastSeen) throws ManagementException {
    Deadline deadline = Deadline.after(PATIENCE);
    String asked = "listen to events";
    String more = lastSeen == null ? "" : "Last-Event-ID: " + lastSeen + "\r\n";
    HttpConnection own = connect(asked, deadline);
    boolean listening = false;
    try {
      HttpConnection.Head head =
          own.ask(request("GET", "/events", null, "text/event-stream", more), deadline);
      if (head.status() != 200) {
        throw refusal(asked, head, own.body(head));
      }
      HttpEvents events = new HttpEvents(own, own.stream(head), failed -> failure(asked, failed));
      listening = true;
      return events;
    } catch (ManagementException refused) {
      throw refused;
    } catch (IOException failed) {
      throw failure(asked, failed);
    } finally {
      if (!listening) {
        own.close();
      }
    }
  }

  private ManagementException refusal(String asked, HttpConnection.Head head, byte[] octets) {
    try {
      answer(asked, head, octets);
    } catch (ManagementException refused) {
      return refused;
    }
    return failure(asked, new Reason.ProtocolBroken("HTTP status " + head.status()), null);
  }

  @Override
  public void close() {
    HttpConnection open = connection;
    if (open != null) {
      open.close();
      connection = null;
    }
  }
}
