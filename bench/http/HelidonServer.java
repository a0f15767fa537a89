import io.helidon.http.sse.SseEvent;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.sse.SseSink;

/** Helidon SE: virtual threads, and a sink of its own for events. */
final class HelidonServer {
  private static final Ticker TICKER = new Ticker();

  public static void main(String[] arguments) {
    TICKER.start(_ -> {});
    WebServer server = WebServer.builder().host("127.0.0.1").port(0)
        .routing(routing -> routing.get("/status", HelidonServer::status).get("/events", HelidonServer::events))
        .build().start();
    System.out.println("ready " + server.port());
  }

  private static void status(ServerRequest request, ServerResponse response) {
    response.header("Content-Type", "application/json");
    response.send(Ticker.STATUS);
  }

  private static void events(ServerRequest request, ServerResponse response) throws InterruptedException {
    try (SseSink sink = response.sink(SseSink.TYPE)) {
      for (Ticker.Message message = new Ticker.Message(0, ""); ; ) {
        message = TICKER.next(message.number());
        sink.emit(SseEvent.builder().id(Long.toString(message.number())).data(message.text()).build());
      }
    }
  }
}
