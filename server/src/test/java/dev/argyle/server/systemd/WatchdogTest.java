package dev.argyle.server.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.net.UnixDatagramReceiver;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
@EnabledOnOs(OS.LINUX)
class WatchdogTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Long enough that a loop that turns is never late for it on a machine that is busy. */
  private static final String TIMEOUT_MICROS = "400000";

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
  private final List<EventExecutor> loops = new ArrayList<>();

  @BeforeEach
  void takeTheLoops() {
    group.forEach(loops::add);
  }

  @AfterEach
  void end() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }

  @Test
  void theSignComesAgainAndAgainWhileEveryLoopTurns(@TempDir Path folder) throws IOException {
    String address = folder + "/notify";
    try (UnixDatagramReceiver manager = new UnixDatagramReceiver(address);
        Notifier notifier = Notifier.to(address);
        Watchdog _ = start(notifier)) {
      for (int i = 0; i < 3; i++) {
        assertThat(manager.receive(PATIENCE)).isEqualTo("WATCHDOG=1\nSTATUS=serving");
      }
    }
  }

  @Test
  void aLoopThatStandsEndsTheSignsUntilItTurnsAgain(@TempDir Path folder) throws Exception {
    String address = folder + "/notify";
    CountDownLatch standing = new CountDownLatch(1);
    CountDownLatch goesOn = new CountDownLatch(1);
    try (UnixDatagramReceiver manager = new UnixDatagramReceiver(address);
        Notifier notifier = Notifier.to(address);
        Watchdog _ = start(notifier)) {
      assertThat(manager.receive(PATIENCE)).startsWith("WATCHDOG=1");
      loops.get(1).execute(() -> stand(standing, goesOn));
      assertThat(standing.await(10, TimeUnit.SECONDS)).isTrue();
      while (manager.receive(Duration.ofMillis(1)) != null) {
        continue; // signs of before
      }
      int signs = 0; // its other loop turns
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1_200); // six times the interval
      while (System.nanoTime() - end < 0) {
        signs += manager.receive(Duration.ofMillis(100)) == null ? 0 : 1;
      }
      assertThat(signs).as("one was under way at most").isLessThanOrEqualTo(1);
      goesOn.countDown();
      assertThat(manager.receive(PATIENCE)).startsWith("WATCHDOG=1");
      assertThat(manager.receive(PATIENCE)).startsWith("WATCHDOG=1");
    } finally {
      goesOn.countDown();
    }
  }

  private static void stand(CountDownLatch standing, CountDownLatch goesOn) {
    standing.countDown();
    try {
      goesOn.await();
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private Watchdog start(Notifier notifier) {
    return Watchdog.start(
        notifier, Map.of(Watchdog.TIMEOUT, TIMEOUT_MICROS), loops, () -> "serving");
  }

  @Test
  void itComesAtHalfOfTheTimeAndOnlyWhereThisProcessIsWatched() {
    assertThat(Watchdog.interval(Map.of("WATCHDOG_USEC", "30000000"), 7))
        .isEqualTo(Duration.ofSeconds(15));
    assertThat(Watchdog.interval(Map.of("WATCHDOG_USEC", "30000000", "WATCHDOG_PID", "7"), 7))
        .isEqualTo(Duration.ofSeconds(15));
    assertThat(Watchdog.interval(Map.of("WATCHDOG_USEC", "30000000", "WATCHDOG_PID", "8"), 7))
        .isNull();
    for (String none : List.of("", "0", "-1", "30s", "99999999999999999999")) {
      assertThat(Watchdog.interval(Map.of("WATCHDOG_USEC", none), 7)).isNull();
    }
    assertThat(Watchdog.interval(Map.of(), 7)).isNull();
  }
}
