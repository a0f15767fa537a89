package dev.argyle.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.wire.socks.Method;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The recorder starts once in a process, and stays: so what holds before it is tested first. */
@Tag("program")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FlightEventsTest {

  private static final int EVENTS = 100_000;

  @TempDir Path folder;

  private final LiveConnection connection =
      new ConnectionTable().open(InetAddress.getLoopbackAddress(), 1, 0, 0, _ -> {});

  private void tellAll() {
    FlightEvents.handshake(connection, Method.PASSWORD, HandshakeOutcome.REQUEST, 1_000);
    FlightEvents.dialled(connection, 5, 2_000);
    FlightEvents.tunnelEnded(connection, EndReason.DONE, 3_000);
    FlightEvents.lateTurn(4_000);
  }

  @Test
  @Order(1)
  void whileNobodyRecordsNothingIsMade() {
    Assumptions.assumeFalse(FlightRecorder.isInitialized(), "another test has recorded");
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    tellAll(); // loads classes
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < EVENTS; i++) {
      tellAll();
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(EVENTS);
  }

  @Test
  @Order(2)
  void eachEventIsRecordedWithoutAStackTrace() throws Exception {
    List<RecordedEvent> events =
        recorded(
            () -> {
              tellAll();
              assertThat(FlightEvents.hashing(() -> "hashed")).isEqualTo("hashed");
            });
    assertThat(events)
        .extracting(event -> event.getEventType().getName())
        .containsExactlyInAnyOrder(
            "dev.argyle.Handshake",
            "dev.argyle.Dial",
            "dev.argyle.TunnelEnd",
            "dev.argyle.LateTurn",
            "dev.argyle.PasswordHash");
    assertThat(events).allSatisfy(event -> assertThat(event.getStackTrace()).isNull());
    RecordedEvent handshake = named(events, "Handshake");
    assertThat(handshake.getLong("connection")).isEqualTo(connection.id());
    assertThat(handshake.getString("method")).isEqualTo("password");
    assertThat(handshake.getString("outcome")).isEqualTo("request");
    assertThat(handshake.getDuration("took").toNanos()).isEqualTo(1_000);
    assertThat(named(events, "Dial").getInt("reply")).isEqualTo(5);
    assertThat(named(events, "TunnelEnd").getString("reason")).isEqualTo("done");
    assertThat(named(events, "LateTurn").getDuration("lag").toNanos()).isEqualTo(4_000);
  }

  @Test
  @Order(3)
  void aTurnIsLateFromTenMillisecondsOnAndNotBefore() throws Exception {
    assertThat(LoopLag.LATE_NANOS).isEqualTo(10_000_000);
    LoopLag lag = new LoopLag();
    List<RecordedEvent> events =
        recorded(
            () -> {
              for (long took : new long[] {9_999_999, 10_000_000, 10_000_001}) {
                lag.woken(0);
                lag.asks(took);
              }
            });
    assertThat(events)
        .extracting(event -> event.getDuration("lag").toNanos())
        .containsExactlyInAnyOrder(10_000_000L, 10_000_001L);
  }

  private List<RecordedEvent> recorded(Runnable action) throws IOException {
    try (Recording recording = new Recording()) {
      recording.start();
      action.run();
      recording.stop();
      Path file = folder.resolve("test.jfr");
      recording.dump(file);
      Predicate<RecordedEvent> ours = e -> e.getEventType().getName().startsWith("dev.argyle.");
      return RecordingFile.readAllEvents(file).stream().filter(ours).toList();
    }
  }

  private static RecordedEvent named(List<RecordedEvent> events, String name) {
    return events.stream()
        .filter(event -> event.getEventType().getName().endsWith("." + name))
        .findFirst()
        .orElseThrow();
  }
}
