package dev.argyle.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.wire.socks.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("arrows")
class CountersTest {

  @Test
  void everyIdentityIsUniqueAndFitForMetrics() {
    assertThat(Counter.values()).extracting(Counter::identity).doesNotHaveDuplicates();
    assertThat(Counter.values())
        .allSatisfy(counter -> assertThat(counter.identity()).matches("[a-z][a-z0-9_]*[a-z0-9]"))
        .allSatisfy(counter -> assertThat(counter.meaning()).endsWith("."));
  }

  @Test
  void aReplyHasItsCounterFrom00To08AndNoOther() {
    for (int code = 0; code <= 8; code++) {
      assertThat(Counter.reply(code).name()).isEqualTo("REPLY_0" + code);
    }
    assertThatThrownBy(() -> Counter.reply(9)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Counter.reply(-1)).isInstanceOf(IllegalArgumentException.class);
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
    List<String> table =
        Files.readAllLines(Path.of("..", "docs", "operations.md")).stream()
            .filter(line -> line.startsWith("| `argyle_"))
            .toList();
    assertThat(table)
        .containsExactlyElementsOf(
            Arrays.stream(Counter.values())
                .map(c -> "| `" + c.metric() + "` | " + c.words() + " | " + c.meaning() + " |")
                .toList());
  }
}
