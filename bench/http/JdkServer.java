import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;

/** jdk.httpserver on virtual threads: one for each request, a stream of events included. */
final class JdkServer {
  private static final Ticker TICKER = new Ticker();

  public static void main(String[] arguments) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 4096);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/status", JdkServer::status);
    server.createContext("/events", JdkServer::events);
    TICKER.start(_ -> {});
    server.start();
    System.out.println("ready " + server.getAddress().getPort());
  }

  private static void status(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, Ticker.STATUS.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(Ticker.STATUS);
    }
  }

  private static void events(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      out.flush();
      for (Ticker.Message message = new Ticker.Message(0, ""); ; ) {
        message = TICKER.next(message.number());
        out.write(("id: " + message.number() + "\ndata: " + message.text() + "\n\n").getBytes());
        out.flush();
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }
}
