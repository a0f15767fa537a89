package dev.argyle.server.manage.http.metrics;

import dev.argyle.server.telemetry.Series;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/** Metrics that are read together. Any thread may call, also several at once. */
interface MetricGroup {

  /** Reads all of them now. */
  void addTo(MetricSnapshots.Builder page);

  /** The labels of a series. */
  static Labels labels(Series series) {
    String label = series.label();
    return label == null ? Labels.EMPTY : Labels.of(label, String.valueOf(series.value()));
  }
}
