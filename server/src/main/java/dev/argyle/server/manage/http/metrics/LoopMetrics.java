package dev.argyle.server.manage.http.metrics;

import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.LoopLag;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Quantile;
import io.prometheus.metrics.model.snapshots.Quantiles;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;

/**
 * How late turns come. A summary is what Prometheus has for quantiles of a window that the server
 * keeps itself; the greatest is quantile 1. The sum is the time that loops have worked.
 */
final class LoopMetrics implements MetricGroup {

  static final String LAG = "argyle_loop_lag_seconds";

  private final Counters counters;

  LoopMetrics(Counters counters) {
    this.counters = counters;
  }

  @Override
  public void addTo(MetricSnapshots.Builder page) {
    LoopLag.Window lag = counters.lag();
    page.metricSnapshot(
        SummarySnapshot.builder()
            .name(LAG)
            .help("How long event loops work before they ask for events again, of the last minute.")
            .dataPoint(
                SummaryDataPointSnapshot.builder()
                    .quantiles(
                        Quantiles.of(
                            quantile(0.5, lag.medianNanos()),
                            quantile(0.99, lag.p99Nanos()),
                            quantile(1, lag.mostNanos())))
                    .count(lag.rounds())
                    .sum(HistogramMetrics.seconds(lag.busyNanos()))
                    .build())
            .build());
  }

  private static Quantile quantile(double part, long nanos) {
    return new Quantile(part, HistogramMetrics.seconds(nanos));
  }
}
