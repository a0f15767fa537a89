package dev.argyle.server.manage.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.control.Settings;
import dev.argyle.server.manage.http.api.Warnings.Warning;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.LoopLag;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the first page shows in red, and when. */
@Tag("unit")
class WarningsTest {

  private static final List<InetSocketAddress> LOOPBACK =
      List.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 1080));
  private static final List<InetSocketAddress> ANYWHERE =
      List.of(LOOPBACK.getFirst(), new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 1080));
  private static final int DESCRIPTORS = 1_000_000; // more than this process will open

  private final Counters counters = new Counters();
  private final Warnings warnings = new Warnings(counters, DESCRIPTORS);

  private static Settings settings(boolean authentication) {
    return new Settings(3_600, 1_000, 65_536, authentication, false);
  }

  private static List<String> codes(List<Warning> found) {
    return found.stream().map(Warning::code).toList();
  }

  private List<String> now(
      boolean authentication, List<InetSocketAddress> listening, boolean isDraining) {
    return codes(warnings.now(settings(authentication), listening, isDraining));
  }

  @Test
  void aServerThatDoesWhatItShouldWarnsOfNothing() {
    assertThat(now(true, LOOPBACK, false)).isEmpty();
    assertThat(now(true, ANYWHERE, false)).isEmpty();
    assertThat(now(false, LOOPBACK, false)).as("nobody else reaches it").isEmpty();
  }

  @Test
  void aServerThatTakesNoClientsSaysWhetherItIsStoppedOrDrains() {
    assertThat(now(true, List.of(), false)).containsExactly("stopped");
    assertThat(now(true, List.of(), true)).containsExactly("draining");
  }

  @Test
  void aProxyThatOtherHostsReachWithoutALoginIsAnOpenProxy() {
    assertThat(now(false, ANYWHERE, false)).containsExactly("open-proxy");
  }

  @ParameterizedTest
  @CsvSource({"800000,0", "800001,1"})
  void descriptorsAreFewBeyondFourFifths(long open, int expected) {
    List<Warning> found = new ArrayList<>();
    warnings.ofLoad(open, found);
    assertThat(found).hasSize(expected);
    found.forEach(
        warning -> {
          assertThat(warning.code()).isEqualTo("descriptors");
          assertThat(warning.detail()).isEqualTo("800001 of 1000000 file descriptors are in use");
        });
  }

  @Test
  void aRoundOfALoopThatTakesLongIsTold() {
    LoopLag lag = new LoopLag();
    counters.forLoop(lag);
    long now = System.nanoTime();
    lag.woken(now - TimeUnit.MILLISECONDS.toNanos(20));
    lag.asks(now);
    assertThat(now(true, LOOPBACK, false)).as("20 ms").isEmpty();
    lag.woken(now - TimeUnit.MILLISECONDS.toNanos(300));
    lag.asks(now);
    assertThat(now(true, LOOPBACK, false)).as("300 ms").containsExactly("loop-lag");
  }

  @ParameterizedTest
  @EnumSource(
      value = Counter.class,
      names = {"BUGS", "LOG_LINES_DROPPED", "HISTORY_DROPPED", "USAGE_DROPPED"})
  void whatWasLostIsToldWithItsNumberAndWhatToDo(Counter counter) {
    counters.shared().add(counter, 7);
    List<Warning> found = warnings.now(settings(true), LOOPBACK, false);
    assertThat(found).hasSize(1);
    assertThat(found.getFirst().detail()).startsWith("7 ");
    assertThat(found.getFirst().advice()).isNotBlank();
    assertThat(found.getFirst().code())
        .isEqualTo(
            switch (counter) {
              case BUGS -> "bugs";
              case LOG_LINES_DROPPED -> "log-lines-dropped";
              default -> "history-dropped";
            });
  }
}
