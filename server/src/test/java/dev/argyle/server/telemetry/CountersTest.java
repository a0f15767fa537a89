package dev.argyle.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.wire.socks.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("arrows")
class CountersTest {

  @Test
  void everySeriesIsUniqueAndFitForMetrics() {
    List<Series> all = new ArrayList<>();
    for (Counter counter : Counter.values()) {
      all.add(counter.series());
      assertThat(counter.meaning()).endsWith(".");
    }
    for (Gauge gauge : Gauge.values()) {
      all.add(gauge.series());
      assertThat(gauge.meaning()).endsWith(".");
    }
    assertThat(all)
        .doesNotHaveDuplicates()
        .allSatisfy(series -> assertThat(series.family()).matches("[a-z][a-z0-9_]*[a-z0-9]"));
  }

  @Test
  void figuresOfAFamilyHaveTheSameLabel() {
    Map<String, String> labels = new HashMap<>();
    Stream.concat(
            Arrays.stream(Counter.values()).map(Counter::series),
            Arrays.stream(Gauge.values()).map(Gauge::series))
        .forEach(
            series -> {
              String label = String.valueOf(series.label());
              assertThat(labels.merge(series.family(), label, (first, _) -> first))
                  .as("label of %s", series)
                  .isEqualTo(label);
            });
  }

  @Test
  void aReplyHasItsCounterFrom00To08AndNoOther() {
    for (int code = 0; code <= 8; code++) {
      assertThat(Counter.reply(code).name()).isEqualTo("REPLY_0" + code);
    }
    assertThatThrownBy(() -> Counter.reply(9)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Counter.reply(-1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void loopsAndOtherThreadsAddUpToTheLastOne() throws InterruptedException {
    Counters counters = new Counters();
    int rounds = 100_000;
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Tally tally = i < 2 ? counters.forLoop() : counters.shared();
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int round = 0; round < rounds; round++) {
                      tally.increment(Counter.CONNECTIONS_ACCEPTED);
                      tally.add(Counter.OCTETS_UP, 3);
                    }
                  }));
    }
    long last = 0;
    while (threads.stream().anyMatch(Thread::isAlive)) {
      long now = counters.sum(Counter.CONNECTIONS_ACCEPTED);
      assertThat(now).isGreaterThanOrEqualTo(last);
      last = now;
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(counters.sum(Counter.CONNECTIONS_ACCEPTED)).isEqualTo(4L * rounds);
    assertThat(counters.sum(Counter.OCTETS_UP)).isEqualTo(12L * rounds);
    assertThat(counters.sum(Counter.OCTETS_DOWN)).isZero();
  }

  @Test
  void requestsAreThoseOfEveryCommand() {
    Counters counters = new Counters();
    LoopCounters loop = counters.forLoop();
    for (Command command : Command.values()) {
      loop.increment(Counter.request(command));
    }
    loop.increment(Counter.OTHER_REQUESTS);
    assertThat(counters.requests()).isEqualTo(Command.values().length + 1);
  }

  @Test
  void theManualsTableIsTheEnum() throws Exception {
    List<String> lines =
        Stream.concat(
                Arrays.stream(Counter.values()).map(c -> line(c.metric(), c.words(), c.meaning())),
                Arrays.stream(Gauge.values()).map(g -> line(g.metric(), g.words(), g.meaning())))
            .toList();
    List<String> page = Files.readAllLines(Path.of("..", "docs", "metrics.md"));
    assertThat(page).containsAll(lines);
    assertThat(page.stream().filter(lines::contains))
        .as("their order")
        .containsExactlyElementsOf(lines);
  }

  private static String line(String metric, String words, String meaning) {
    return "| `" + metric + "` | " + words + " | " + meaning + " |";
  }
}
