package dev.argyle.server.manage.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.argyle.server.control.ManagedServer;
import dev.argyle.server.manage.door.DoorListener;
import dev.argyle.server.manage.door.DoorServices;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP door over a real {@code ProxyControl}, on a free port of loopback. Requests are made as
 * the administrator {@code admin}, unless they say something else.
 */
public final class HttpRig implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  public final ManagedServer server;
  public final DoorServices services;
  volatile boolean ready = true;
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final DoorListener listener;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();

  /**
   * Opens it.
   *
   * @param data an empty directory
   * @param routes what it serves
   */
  public HttpRig(Path data, Function<ManagedServer, List<Route>> routes) throws Exception {
    this(new ManagedServer(data), routes, HttpServices.Times.STANDARD);
  }

  /** Over a server that the test has made. */
  public HttpRig(ManagedServer server, Function<ManagedServer, List<Route>> routes)
      throws Exception {
    this(server, routes, HttpServices.Times.STANDARD);
  }

  /** With less patience, say. */
  HttpRig(
      ManagedServer server, Function<ManagedServer, List<Route>> routes, HttpServices.Times times)
      throws Exception {
    this(server, routes, times, null);
  }

  /** Over TLS, which only {@link #connect} and {@link #raw} leave to the test. */
  HttpRig(
      ManagedServer server,
      Function<ManagedServer, List<Route>> routes,
      HttpServices.Times times,
      @Nullable TlsFiles tls)
      throws Exception {
    this.server = server;
    this.services = server.doorServices(loops);
    HttpDoor.Settings settings =
        new HttpDoor.Settings(
            List.of("proxy.example"),
            Duration.ofHours(1),
            Duration.ofDays(2),
            tls,
            () -> ready,
            () -> routes.apply(server));
    this.listener = HttpDoor.open(services, "127.0.0.1", 0, settings, times);
  }

  public int port() {
    return listener.local().getPort();
  }

  /** As the administrator. */
  public HttpResponse<String> get(String path) throws Exception {
    return send("GET", path, null);
  }

  /**
   * As the administrator.
   *
   * @param json the body; null: none
   * @param headers names and values, in turn
   */
  public HttpResponse<String> send(
      String method, String path, @Nullable String json, String... headers) throws Exception {
    return client.send(
        request(method, path, json, headers), HttpResponse.BodyHandlers.ofString(UTF_8));
  }

  /** As the administrator; the body as it comes. */
  public HttpResponse<InputStream> stream(String path, String... headers) throws Exception {
    return client.send(
        request("GET", path, null, headers), HttpResponse.BodyHandlers.ofInputStream());
  }

  /** Without a login. */
  public HttpResponse<String> anonymous(
      String method, String path, @Nullable String json, String... headers) throws Exception {
    HttpRequest.Builder request = request(path, headers).method(method, body(json));
    if (json != null) {
      request.setHeader("Content-Type", "application/json");
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString(UTF_8));
  }

  /** Without a login of its own; the body as it comes. */
  public HttpResponse<InputStream> anonymousStream(String path, String... headers)
      throws Exception {
    return client.send(request(path, headers).build(), HttpResponse.BodyHandlers.ofInputStream());
  }

  private HttpRequest request(
      String method, String path, @Nullable String json, String... headers) {
    HttpRequest.Builder request = request(path, headers).method(method, body(json));
    if (request.build().headers().firstValue("Authorization").isEmpty()) {
      request.setHeader("Authorization", basic("admin", ManagedServer.PASSWORD));
    }
    if (json != null && request.build().headers().firstValue("Content-Type").isEmpty()) {
      request.setHeader("Content-Type", "application/json");
    }
    return request.build();
  }

  private HttpRequest.Builder request(String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path)).timeout(PATIENCE);
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    return request;
  }

  private static HttpRequest.BodyPublisher body(@Nullable String json) {
    return json == null
        ? HttpRequest.BodyPublishers.noBody()
        : HttpRequest.BodyPublishers.ofString(json, UTF_8);
  }

  /** The value of an Authorization header. */
  public static String basic(String name, String password) {
    return "Basic " + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(UTF_8));
  }

  /** A connection for octets of the test's own. */
  public Socket connect() throws IOException {
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()));
    socket.setSoTimeout((int) PATIENCE.toMillis());
    return socket;
  }

  /** Sends octets (ISO 8859-1), and reads until the server closes. */
  public String raw(String octets) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(octets.getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  /** The headers that a request of the administrator has, but for the empty line. */
  public static String head(String requestLine) {
    return requestLine
        + "\r\nHost: localhost\r\nAuthorization: "
        + basic("admin", ManagedServer.PASSWORD)
        + "\r\n";
  }

  @Override
  public void close() {
    client.close();
    listener.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    server.close();
  }
}
