package dev.argyle.server.manage.http.metrics;

import dev.argyle.server.list.NamedList;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.function.Supplier;

/** The lists that rules name. The label is a list's name: as many as the configuration has. */
final class ListMetrics implements MetricGroup {

  static final String ENTRIES = "argyle_list_entries";
  static final String LOADED = "argyle_list_loaded_timestamp_seconds";
  static final String FAILURES = "argyle_list_failures";

  private static final double MILLIS = 1e3;

  private final Supplier<List<NamedList.Status>> lists;

  ListMetrics(Supplier<List<NamedList.Status>> lists) {
    this.lists = lists;
  }

  @Override
  public void addTo(MetricSnapshots.Builder page) {
    GaugeSnapshot.Builder entries =
        GaugeSnapshot.builder().name(ENTRIES).help("Names or networks in a list of the rules.");
    GaugeSnapshot.Builder loaded =
        GaugeSnapshot.builder().name(LOADED).help("When the file of a list was last taken.");
    CounterSnapshot.Builder failures =
        CounterSnapshot.builder()
            .name(FAILURES)
            .help("Files of a list that were not taken; what it had stayed in force.");
    for (NamedList.Status list : lists.get()) {
      Labels labels = Labels.of("list", list.name());
      entries.dataPoint(point(list.size(), labels));
      loaded.dataPoint(point(list.loadedMillis() / MILLIS, labels));
      failures.dataPoint(CounterMetrics.point(list.failures(), labels));
    }
    page.metricSnapshot(entries.build())
        .metricSnapshot(loaded.build())
        .metricSnapshot(failures.build());
  }

  private static GaugeSnapshot.GaugeDataPointSnapshot point(double value, Labels labels) {
    return GaugeSnapshot.GaugeDataPointSnapshot.builder().value(value).labels(labels).build();
  }
}
