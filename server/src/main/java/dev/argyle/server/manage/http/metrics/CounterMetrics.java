package dev.argyle.server.manage.http.metrics;

import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Counters;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every {@link Counter}. */
final class CounterMetrics implements MetricGroup {

  private record Point(Counter counter, Labels labels) {}

  private final Counters counters;
  private final Map<String, List<Point>> families = new LinkedHashMap<>();

  CounterMetrics(Counters counters) {
    this.counters = counters;
    for (Counter counter : Counter.values()) {
      families
          .computeIfAbsent(counter.series().family(), _ -> new ArrayList<>())
          .add(new Point(counter, MetricGroup.labels(counter.series())));
    }
  }

  @Override
  public void addTo(MetricSnapshots.Builder page) {
    families.forEach((name, points) -> page.metricSnapshot(family(name, points)));
  }

  private CounterSnapshot family(String name, List<Point> points) {
    CounterSnapshot.Builder family =
        CounterSnapshot.builder()
            .name("argyle_" + name)
            .help(
                FamilyHelp.of(
                    points.getFirst().counter().series(), points.getFirst().counter().meaning()));
    for (Point point : points) {
      family.dataPoint(point(counters.sum(point.counter()), point.labels()));
    }
    return family.build();
  }

  static CounterDataPointSnapshot point(double value, Labels labels) {
    return CounterDataPointSnapshot.builder().value(value).labels(labels).build();
  }
}
