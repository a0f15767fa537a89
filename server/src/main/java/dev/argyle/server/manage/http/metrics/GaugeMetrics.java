package dev.argyle.server.manage.http.metrics;

import dev.argyle.server.telemetry.Gauge;
import dev.argyle.server.telemetry.Gauges;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every {@link Gauge} that this server has. */
final class GaugeMetrics implements MetricGroup {

  private record Point(Gauge gauge, Labels labels) {}

  private final Gauges gauges;
  private final Map<String, List<Point>> families = new LinkedHashMap<>();

  GaugeMetrics(Gauges gauges) {
    this.gauges = gauges;
    for (Gauge gauge : Gauge.values()) {
      families
          .computeIfAbsent(gauge.series().family(), _ -> new ArrayList<>())
          .add(new Point(gauge, MetricGroup.labels(gauge.series())));
    }
  }

  @Override
  public void addTo(MetricSnapshots.Builder page) {
    families.forEach((name, points) -> add(page, name, points));
  }

  /** A family without a figure is left out. */
  private void add(MetricSnapshots.Builder page, String name, List<Point> points) {
    Gauge first = points.getFirst().gauge();
    GaugeSnapshot.Builder family =
        GaugeSnapshot.builder()
            .name("argyle_" + name)
            .help(FamilyHelp.of(first.series(), first.meaning()));
    boolean any = false;
    for (Point point : points) {
      double value = gauges.read(point.gauge());
      if (!Double.isNaN(value)) {
        family.dataPoint(point(value, point.labels()));
        any = true;
      }
    }
    if (any) {
      page.metricSnapshot(family.build());
    }
  }

  static GaugeDataPointSnapshot point(double value, Labels labels) {
    return GaugeDataPointSnapshot.builder().value(value).labels(labels).build();
  }
}
