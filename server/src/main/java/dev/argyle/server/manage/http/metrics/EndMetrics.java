package dev.argyle.server.manage.http.metrics;

import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.FlightEvents;
import dev.argyle.server.telemetry.HandshakeOutcome;
import dev.argyle.wire.socks.Method;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import org.jspecify.annotations.Nullable;

/** What connections and handshakes came to. */
final class EndMetrics implements MetricGroup {

  static final String HANDSHAKES = "argyle_handshakes";
  static final String ENDS = "argyle_ends";

  private static final String NO_METHOD = "-";

  private final Counters counters;

  EndMetrics(Counters counters) {
    this.counters = counters;
  }

  @Override
  public void addTo(MetricSnapshots.Builder page) {
    page.metricSnapshot(handshakes()).metricSnapshot(ends());
  }

  private CounterSnapshot handshakes() {
    CounterSnapshot.Builder family =
        CounterSnapshot.builder()
            .name(HANDSHAKES)
            .help("Handshakes that are over, by method and by what they came to.");
    addOf(null, family);
    for (Method method : Method.values()) {
      addOf(method, family);
    }
    return family.build();
  }

  private void addOf(@Nullable Method method, CounterSnapshot.Builder family) {
    String word = method == null ? NO_METHOD : FlightEvents.word(method);
    for (HandshakeOutcome outcome : HandshakeOutcome.values()) {
      Labels labels = Labels.of("method", word, "outcome", outcome.word());
      family.dataPoint(CounterMetrics.point(counters.handshakes(method, outcome), labels));
    }
  }

  private CounterSnapshot ends() {
    CounterSnapshot.Builder family =
        CounterSnapshot.builder()
            .name(ENDS)
            .help("SOCKS connections that ended, by reason and by who caused it.");
    for (EndReason reason : EndReason.values()) {
      Labels labels = Labels.of("reason", reason.word(), "fault", reason.fault().word());
      family.dataPoint(CounterMetrics.point(counters.ends(reason), labels));
    }
    return family.build();
  }
}
