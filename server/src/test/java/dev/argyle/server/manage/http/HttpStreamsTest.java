package dev.argyle.server.manage.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argyle.server.control.ManagedServer;
import dev.argyle.server.telemetry.Door;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams of events, and who reads them or does not. */
@Timeout(60)
@Tag("play")
class HttpStreamsTest extends HttpDoorCase {

  @Test
  void eventsArriveAsTheyAreOfferedAndTheStreamEndsWhenItIsClosed() throws Exception {
    HttpResponse<java.io.InputStream> response = rig.stream("/events");
    assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
    EventStream stream = streaming();
    CountDownLatch ended = new CountDownLatch(1);
    stream.onEnd(ended::countDown);
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      for (int i = 0; i < 3; i++) {
        assertThat(stream.offer(("id: " + i + "\n").getBytes(StandardCharsets.US_ASCII))).isTrue();
        assertThat(lines.readLine()).isEqualTo("id: " + i);
      }
      stream.close("bye\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(lines.readLine()).isEqualTo("bye");
      assertThat(lines.readLine()).isNull();
    }
    assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(stream.isOpen()).isFalse();
    assertThat(stream.offer(new byte[1])).isFalse();
    await().until(() -> rig.services.admission().connections(Door.HTTP) == 0);
  }

  @Test
  void whoLeavesAStreamIsNoticed() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    try (Socket client = rig.connect()) {
      client
          .getOutputStream()
          .write(
              (HttpRig.head("GET /events HTTP/1.1") + "\r\n").getBytes(StandardCharsets.US_ASCII));
      streaming().onEnd(ended::countDown);
    }
    assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void whatWaitsForAReaderThatStopsIsBounded() throws Exception {
    try (Socket client = rig.connect()) {
      client
          .getOutputStream()
          .write(
              (HttpRig.head("GET /events HTTP/1.1") + "\r\n").getBytes(StandardCharsets.US_ASCII));
      EventStream stream = streaming();
      byte[] piece = new byte[64 * 1024];
      await() // the connection's loop writes what the system takes meanwhile
          .until(
              () -> {
                while (stream.offer(piece)) {
                  Thread.onSpinWait();
                }
                return stream.waitingOctets() > EventStream.MAX_WAITING_OCTETS - piece.length;
              });
      assertThat(stream.waitingOctets()).isLessThanOrEqualTo(EventStream.MAX_WAITING_OCTETS);
      CountDownLatch ended = new CountDownLatch(1);
      stream.onEnd(ended::countDown);
      stream.close("event: dropped\n\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(ended.await(30, TimeUnit.SECONDS)).as("it is not waited for").isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"password", "disable", "demote", "remove"})
  void streamEndsWithTheAccountThatItWasOpenedWith(String change) throws Exception {
    rig.server.addAdministrator("other");
    rig.stream("/events", "Authorization", HttpRig.basic("other", ManagedServer.PASSWORD));
    CountDownLatch ended = new CountDownLatch(1);
    streaming().onEnd(ended::countDown);
    switch (change) {
      case "password" -> rig.server.change().password("other");
      case "disable" -> rig.server.change().disable("other");
      case "demote" -> rig.server.change().demote("other");
      default -> rig.server.change().removeUser("other");
    }
    assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
  }
}
