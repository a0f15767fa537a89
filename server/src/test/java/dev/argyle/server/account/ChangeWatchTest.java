package dev.argyle.server.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("play")
class ChangeWatchTest {

  @TempDir Path directory;
  private final AtomicBoolean visible = new AtomicBoolean();
  private final AtomicBoolean seen = new AtomicBoolean();
  private final AtomicInteger calls = new AtomicInteger();
  private ChangeWatch watch;

  @BeforeEach
  void start() throws Exception {
    write("accounts.db");
    watch =
        ChangeWatch.start(
            directory.resolve("accounts.db"),
            () -> {
              seen.set(visible.get());
              calls.incrementAndGet();
            });
  }

  @AfterEach
  void stop() {
    watch.close();
  }

  private void write(String file) throws Exception {
    Files.writeString(
        directory.resolve(file), "x", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private void awaitSeen() {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              write("usage.db-wal");
              return seen.get();
            });
  }

  @Test
  void commitThatIsVisibleLongAfterItsOctetsIsNoticedBesideWritesToOtherFiles() throws Exception {
    write("accounts.db-wal");
    int told = calls.get();
    await().until(() -> calls.get() > told + 1);
    visible.set(true);
    awaitSeen();
  }

  @Test
  void changeThatNobodyTellsOfIsNoticedBesideWritesToOtherFiles() throws Exception {
    int afterTheStart = 6; // by then it waits for seconds
    await().atMost(Duration.ofSeconds(60)).until(() -> calls.get() >= afterTheStart);
    visible.set(true);
    awaitSeen();
  }

  @Test
  void writesThatComeTogetherAreToldTogether() throws Exception {
    int before = calls.get();
    long begin = System.nanoTime();
    for (int i = 0; i < 300; i++) {
      write("accounts.db-wal");
      Thread.sleep(1);
    }
    long most = (System.nanoTime() - begin) / ChangeWatch.INTERVAL.toNanos() + 2;
    assertThat(calls.get() - before).isLessThanOrEqualTo((int) most);
  }
}
