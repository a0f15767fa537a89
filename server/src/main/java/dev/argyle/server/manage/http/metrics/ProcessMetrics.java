package dev.argyle.server.manage.http.metrics;

import dev.argyle.server.telemetry.ProcessFigures;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Instant;

/** What the process has used since its start. */
final class ProcessMetrics implements MetricGroup {

  static final String CPU = "argyle_cpu_seconds";
  static final String COLLECTIONS = "argyle_gc_collections";
  static final String COLLECTION_TIME = "argyle_gc_seconds";
  static final String START = "argyle_start_time_seconds";

  private final double startSeconds =
      ProcessHandle.current().info().startInstant().orElseGet(Instant::now).toEpochMilli() / 1e3;

  @Override
  public void addTo(MetricSnapshots.Builder page) {
    page.metricSnapshot(
        GaugeSnapshot.builder()
            .name(START)
            .help("When the process started, in seconds since 1970.")
            .dataPoint(GaugeMetrics.point(startSeconds, Labels.EMPTY))
            .build());
    double cpuSeconds = ProcessFigures.cpuSeconds();
    if (!Double.isNaN(cpuSeconds)) {
      add(page, CPU, "Processor time of the process, of the kernel for it included.", cpuSeconds);
    }
    add(page, COLLECTIONS, "Collections of garbage.", ProcessFigures.collections());
    add(
        page,
        COLLECTION_TIME,
        "What they took: roughly the time for which everything stood still.",
        ProcessFigures.collectionSeconds());
  }

  private static void add(MetricSnapshots.Builder page, String name, String help, double value) {
    page.metricSnapshot(
        CounterSnapshot.builder()
            .name(name)
            .help(help)
            .dataPoint(CounterMetrics.point(value, Labels.EMPTY))
            .build());
  }
}
