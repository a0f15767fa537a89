package dev.argyle.server.manage.http.metrics;

import dev.argyle.server.list.NamedList;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.Gauges;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The page that Prometheus scrapes. Make it when the first scrape comes: until then nothing of it
 * costs anything. Any thread may call, also several at once; blocks for some milliseconds at most.
 * What a page costs depends on the number of loops and rules, not on users or connections.
 */
public final class MetricsPage {

  /** More than a page has; it grows by itself. */
  private static final int OCTETS = 32 * 1024;

  private final List<MetricGroup> groups;
  private final ExpositionFormatWriter text = PrometheusTextFormatWriter.create();
  private final ExpositionFormatWriter openMetrics = OpenMetricsTextFormatWriter.create();

  /**
   * A page of this server.
   *
   * @param ruleHits by the number of the rule, or the word for what decides without one
   * @param lists that rules name
   */
  public MetricsPage(
      Counters counters,
      Gauges gauges,
      Supplier<Map<String, Long>> ruleHits,
      Supplier<List<NamedList.Status>> lists) {
    this.groups =
        List.of(
            new CounterMetrics(counters),
            new EndMetrics(counters),
            new HistogramMetrics(counters),
            new LoopMetrics(counters),
            new GaugeMetrics(gauges),
            new RuleMetrics(ruleHits),
            new ListMetrics(lists),
            new ProcessMetrics());
  }

  /**
   * A page as it goes over the wire.
   *
   * @param contentType with the version of the format
   * @param octets of the body
   */
  public record Rendered(String contentType, byte[] octets) {}

  /**
   * Reads everything now.
   *
   * @param accept the header of the request that says which format; null: the plain one
   */
  public Rendered render(@Nullable String accept) {
    MetricSnapshots.Builder page = MetricSnapshots.builder();
    groups.forEach(group -> group.addTo(page));
    ExpositionFormatWriter writer = openMetrics.accepts(accept) ? openMetrics : text;
    ByteArrayOutputStream out = new ByteArrayOutputStream(OCTETS);
    try {
      writer.write(out, page.build(), EscapingScheme.DEFAULT);
    } catch (IOException never) { // not to memory
      throw new UncheckedIOException(never);
    }
    return new Rendered(writer.getContentType(), out.toByteArray());
  }
}
