package dev.argyle.server.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.server.telemetry.Counters;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup's copies of the history and of the usage. */
@Tag("fault")
class HistoryCopyTest {

  @TempDir Path data;
  @TempDir Path other;
  private final Past.Clock clock = new Past.Clock();

  private History history(Path where) {
    return new History(
        where.resolve(History.FOLDER), Past.SETTINGS, new Counters().shared(), clock);
  }

  /** Copies all files, and answers what is found in the copy, newest first. */
  private List<Long> copied() throws IOException {
    Path folder = other.resolve(History.FOLDER);
    if (Files.exists(folder)) {
      for (Path old : HistoryCopy.files(other)) {
        Files.delete(old);
      }
    }
    Files.createDirectories(folder);
    for (Path file : HistoryCopy.files(data)) {
      try (FileChannel in = HistoryCopy.open(file);
          OutputStream out = Files.newOutputStream(folder.resolve(file.getFileName()))) {
        HistoryCopy.write(in, out);
      }
    }
    History copy = history(other);
    copy.write();
    List<Long> found = Past.ids(copy);
    copy.close();
    return found;
  }

  private static List<Long> down(long from) {
    return LongStream.rangeClosed(1, from).map(n -> from - n + 1).boxed().toList();
  }

  @Test
  void theCopyHasEveryEntryOfEveryFile() throws IOException {
    History history = history(data);
    for (int i = 1; i <= 50; i++) {
      history.add(Past.ended(i, clock.millis()));
      if (i % 10 == 0) {
        history.write();
        clock.pass(Duration.ofDays(1)); // another file
      }
    }
    assertThat(HistoryCopy.files(data)).hasSizeGreaterThan(2);
    assertThat(copied()).isEqualTo(Past.ids(history));
  }

  @Test
  void aBlockThatIsNotWholeYetIsLeftOut() throws IOException {
    History history = history(data);
    history.add(Past.ended(1, clock.millis()));
    history.write();
    Path file = HistoryCopy.files(data).getLast();
    long whole = Files.size(file);
    history.add(Past.ended(2, clock.millis()));
    history.write();
    byte[] both = Files.readAllBytes(file);
    for (long length = whole; length < both.length; length++) {
      Files.write(file, Arrays.copyOf(both, (int) length));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (FileChannel in = HistoryCopy.open(file)) {
        HistoryCopy.write(in, out);
      }
      assertThat(out.size()).isEqualTo((int) whole);
    }
  }

  @Test
  void whileItIsWrittenEveryCopyHasTheFirstEntriesAndNoOther() throws Exception {
    History history = history(data);
    history.write();
    AtomicLong written = new AtomicLong();
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 1; i <= 2_000; i++) {
                    history.add(Past.ended(i, clock.millis()));
                    if (i % 5 == 0) {
                      history.write();
                      written.set(i);
                    }
                  }
                });
    do {
      long before = written.get();
      List<Long> found = copied();
      assertThat(found).isEqualTo(down(found.size()));
      assertThat((long) found.size()).isGreaterThanOrEqualTo(before);
    } while (writer.isAlive());
    writer.join();
    assertThat(copied()).hasSize(2_000);
  }

  @Test
  void theUsageOfANewerVersionIsNotCopied() throws Exception {
    Path file = data.resolve(Usage.FILE);
    try (UsageDatabase database = UsageDatabase.open(file);
        UsageStore _ = UsageStore.open(database)) {
      database.update("PRAGMA user_version = 99");
    }
    Path target = Files.createFile(other.resolve(Usage.FILE));
    assertThatThrownBy(() -> HistoryCopy.writeUsage(data, target))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("newer Argyle");
  }

  @Test
  void aDamagedHeaderMakesAnEmptyCopy() throws IOException {
    Path folder = Files.createDirectories(data.resolve(History.FOLDER));
    Path file = folder.resolve("0000000000000001.history");
    Files.write(file, new byte[100], StandardOpenOption.CREATE_NEW);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (FileChannel in = HistoryCopy.open(file)) {
      HistoryCopy.write(in, out);
    }
    assertThat(out.size()).isZero();
  }
}
