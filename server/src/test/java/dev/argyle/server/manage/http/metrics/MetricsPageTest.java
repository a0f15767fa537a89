package dev.argyle.server.manage.http.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.list.NamedList;
import dev.argyle.server.telemetry.AccessLog;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.server.telemetry.Gauge;
import dev.argyle.server.telemetry.HandshakeOutcome;
import dev.argyle.server.telemetry.Histogram;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.server.telemetry.LoopCounters;
import dev.argyle.server.telemetry.LoopLag;
import dev.argyle.server.telemetry.SecurityLog;
import dev.argyle.server.telemetry.Telemetry;
import dev.argyle.wire.socks.Command;
import dev.argyle.wire.socks.Method;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class MetricsPageTest {

  /** What Debian's Prometheus 2.42 sends. */
  private static final String OF_PROMETHEUS =
      "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
          + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

  private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (argyle_\\w+) \\w+$");

  private final Counters counters = new Counters();
  private final LoopLag lag = new LoopLag();
  private final LoopCounters loop = counters.forLoop(lag);
  private final MetricsPage page =
      new MetricsPage(
          counters,
          Gauge::ordinal,
          () -> Map.of("1", 7L, "default", 3L),
          () -> List.of(new NamedList.Status("ads", "a.txt", "hosts", 12, 1_500, 3, "broken")));

  private String plain() {
    return new String(page.render(null).octets(), UTF_8);
  }

  @Test
  void thePlainFormatIsForWhoeverAsksForNothingElse() {
    assertThat(page.render(null).contentType()).startsWith("text/plain; version=0.0.4");
    assertThat(page.render("*/*").contentType()).startsWith("text/plain; version=0.0.4");
    assertThat(plain()).doesNotContain("# EOF");
  }

  @Test
  void prometheusGetsOpenMetrics() {
    MetricsPage.Rendered rendered = page.render(OF_PROMETHEUS);
    assertThat(rendered.contentType()).startsWith("application/openmetrics-text");
    assertThat(new String(rendered.octets(), UTF_8))
        .contains("# TYPE argyle_replies counter")
        .endsWith("# EOF\n");
  }

  @Test
  void whatIsCountedIsOnThePage() {
    loop.add(Counter.reply(5), 3);
    loop.add(Counter.OCTETS_DOWN, 1 << 20);
    counters.shared().increment(Counter.LOG_LINES_DROPPED);
    loop.ended(EndReason.DIAL_FAILED);
    loop.handshake(Method.PASSWORD, HandshakeOutcome.DENIED);
    loop.handshake(null, HandshakeOutcome.LEFT);
    assertThat(plain().lines())
        .contains(
            "argyle_replies_total{rep=\"05\"} 3.0",
            "argyle_replies_total{rep=\"00\"} 0.0",
            "argyle_payload_bytes_total{direction=\"down\"} 1048576.0",
            "argyle_log_lines_dropped_total 1.0",
            "argyle_ends_total{fault=\"destination\",reason=\"dial-failed\"} 1.0",
            "argyle_handshakes_total{method=\"password\",outcome=\"denied\"} 1.0",
            "argyle_handshakes_total{method=\"-\",outcome=\"left\"} 1.0",
            "argyle_rule_hits_total{rule=\"1\"} 7.0",
            "argyle_rule_hits_total{rule=\"default\"} 3.0",
            "argyle_list_entries{list=\"ads\"} 12.0",
            "argyle_list_loaded_timestamp_seconds{list=\"ads\"} 1.5",
            "argyle_list_failures_total{list=\"ads\"} 3.0",
            "argyle_connections_open " + (double) Gauge.CONNECTIONS_OPEN.ordinal());
  }

  @Test
  void bucketsAreCumulativeAndInSeconds() {
    loop.took(Histogram.DIAL, 500_000); // half a millisecond
    loop.took(Histogram.DIAL, 50_000_000);
    loop.took(Histogram.DIAL, 60_000_000_000L);
    assertThat(plain().lines())
        .contains(
            "argyle_dial_seconds_bucket{le=\"0.001\"} 1",
            "argyle_dial_seconds_bucket{le=\"0.02\"} 1",
            "argyle_dial_seconds_bucket{le=\"0.1\"} 2",
            "argyle_dial_seconds_bucket{le=\"10.0\"} 2",
            "argyle_dial_seconds_bucket{le=\"+Inf\"} 3",
            "argyle_dial_seconds_count 3",
            "argyle_dial_seconds_sum 60.0505");
  }

  @Test
  void lagIsASummaryOfTheLastMinute() {
    long now = System.nanoTime();
    lag.woken(now - 2_000_000_000);
    lag.asks(now);
    assertThat(plain().lines())
        .contains(
            "argyle_loop_lag_seconds{quantile=\"1.0\"} 2.0",
            "argyle_loop_lag_seconds_count 1",
            "argyle_loop_lag_seconds_sum 2.0");
  }

  @Test
  void whatThisServerDoesNotHaveIsLeftOut() {
    MetricsPage bare = new MetricsPage(counters, _ -> Double.NaN, Map::of, List::of);
    assertThat(new String(bare.render(null).octets(), UTF_8))
        .doesNotContain("NaN", "argyle_certificate_expiry", "argyle_rule_hits")
        .contains("argyle_connections_total");
  }

  /** A client may take any name, ask for any destination, and do both as often as it likes. */
  @Test
  void tenThousandOddUsersAndDestinationsAddNoSeries() throws Exception {
    Telemetry telemetry = new Telemetry(counters, AccessLog.none(), SecurityLog.none());
    long before = plain().lines().count();
    for (int i = 0; i < 10_000; i++) {
      LiveConnection odd =
          telemetry
              .connections()
              .open(InetAddress.ofLiteral("2001:db8::" + Integer.toHexString(i)), 1, 0, _ -> {});
      odd.authenticated("odd\"} 1\n" + i);
      odd.requested(Command.CONNECT, "destination{" + i + "}", i);
      if (i % 2 == 0) {
        loop.ended(EndReason.DONE);
        telemetry.ended(odd, new Ending(EndReason.DONE, "odd " + i), 1);
      }
    }
    String after = plain();
    assertThat(after.lines().count()).isEqualTo(before);
    assertThat(after).doesNotContain("odd", "destination{");
  }

  @Test
  void whatIsServedIsInTheManualAndNothingElse() throws Exception {
    Set<String> served = names(TYPE, plain());
    String manual = Files.readString(Path.of("..", "docs", "metrics.md"));
    Set<String> documented = names(Pattern.compile("(?m)^\\| `(argyle_\\w+)"), manual);
    assertThat(documented).containsExactlyInAnyOrderElementsOf(served);
  }

  private static Set<String> names(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(result -> result.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void noSeriesIsThereTwice() {
    Matcher series = Pattern.compile("(?m)^(argyle_[^ ]+) ").matcher(plain());
    assertThat(series.results().map(result -> result.group(1)).toList()).doesNotHaveDuplicates();
  }
}
