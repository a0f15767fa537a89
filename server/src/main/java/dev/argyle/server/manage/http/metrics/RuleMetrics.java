package dev.argyle.server.manage.http.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Map;
import java.util.function.Supplier;

/**
 * How often each rule decided. The label is the rule's number, as many as the configuration has, or
 * a word for a default.
 */
final class RuleMetrics implements MetricGroup {

  static final String HITS = "argyle_rule_hits";

  private final Supplier<Map<String, Long>> hits;

  /**
   * @param hits by the number of the rule, or the word for what decides without one
   */
  RuleMetrics(Supplier<Map<String, Long>> hits) {
    this.hits = hits;
  }

  @Override
  public void addTo(MetricSnapshots.Builder page) {
    CounterSnapshot.Builder family =
        CounterSnapshot.builder().name(HITS).help("Decisions, by the rule that made them.");
    hits.get()
        .forEach(
            (rule, count) ->
                family.dataPoint(CounterMetrics.point(count, Labels.of("rule", rule))));
    page.metricSnapshot(family.build());
  }
}
