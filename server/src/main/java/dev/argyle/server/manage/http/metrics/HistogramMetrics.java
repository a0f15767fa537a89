package dev.argyle.server.manage.http.metrics;

import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.Histogram;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/** Every {@link Histogram}. */
final class HistogramMetrics implements MetricGroup {

  private final Counters counters;

  HistogramMetrics(Counters counters) {
    this.counters = counters;
  }

  @Override
  public void addTo(MetricSnapshots.Builder page) {
    for (Histogram histogram : Histogram.values()) {
      page.metricSnapshot(
          HistogramSnapshot.builder()
              .name(histogram.metric())
              .help(histogram.meaning())
              .dataPoint(point(histogram, counters.times(histogram)))
              .build());
    }
  }

  private static HistogramDataPointSnapshot point(Histogram histogram, Histogram.Times times) {
    long[] counts = times.counts();
    double[] bounds = new double[counts.length];
    for (int bucket = 0; bucket < bounds.length; bucket++) {
      boolean last = bucket == bounds.length - 1;
      bounds[bucket] = last ? Double.POSITIVE_INFINITY : seconds(histogram.boundNanos(bucket));
    }
    return HistogramDataPointSnapshot.builder()
        .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, counts))
        .sum(seconds(times.sumNanos()))
        .build();
  }

  static double seconds(long nanos) {
    return nanos / 1e9;
  }
}
