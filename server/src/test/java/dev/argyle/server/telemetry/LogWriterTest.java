package dev.argyle.server.telemetry;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

@Tag("fault")
class LogWriterTest {
  private static final Path FULL = Path.of("/dev/full");

  @TempDir Path folder;

  private final Counters counters = new Counters();
  private final Logger logger = (Logger) LoggerFactory.getLogger(LogWriter.class);
  private final ListAppender<ILoggingEvent> told = new ListAppender<>();

  @BeforeEach
  void listen() {
    told.list = new CopyOnWriteArrayList<>();
    told.start();
    logger.addAppender(told);
    logger.setAdditive(false);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(told);
    logger.setAdditive(true);
  }

  private LogWriter<String> writer(Path file, LogWriter.Format<String> format, int queueLines)
      throws IOException {
    LogSink sink = requireNonNull(LogSink.open(new LogDestination.File(file)));
    LogWriter<String> writer =
        new LogWriter<>("test log", sink, format, () -> false, counters.shared(), queueLines);
    writer.start();
    return writer;
  }

  private static void line(String entry, StringBuilder out) {
    out.append(entry).append('\n');
  }

  private long dropped() {
    return counters.sum(Counter.LOG_LINES_DROPPED);
  }

  @Test
  void theQueueTakesItsBoundAndDropsAndCountsExactlyWhatIsBeyond() throws Exception {
    Path file = folder.resolve("log");
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    LogWriter<String> writer =
        writer(
            file,
            (entry, out) -> {
              begun.countDown();
              awaitLatch(goOn);
              line(entry, out);
            },
            5);
    writer.offer("first");
    begun.await(); // it has left the queue, and the log's thread stands still
    for (int i = 1; i <= 5; i++) {
      writer.offer("line " + i);
    }
    assertThat(dropped()).isZero();
    writer.offer("one too many");
    assertThat(dropped()).isEqualTo(1);
    writer.offer("two too many");
    assertThat(dropped()).isEqualTo(2);
    goOn.countDown();
    writer.close();
    assertThat(Files.readAllLines(file))
        .containsExactly("first", "line 1", "line 2", "line 3", "line 4", "line 5");
    assertThat(dropped()).isEqualTo(2);
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void everyLineOfManyThreadsIsWrittenOrCounted() throws Exception {
    Path file = folder.resolve("log");
    LogWriter<String> writer = writer(file, LogWriterTest::line, 64);
    List<Thread> threads = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 0; i < 20_000; i++) {
                      writer.offer("a line of some length");
                    }
                  }));
    }
    threads.get(0).join();
    writer.close(); // while the others still offer
    for (Thread thread : threads) {
      thread.join();
    }
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).containsOnly("a line of some length");
    assertThat(lines.size() + dropped()).isEqualTo(80_000);
  }

  @Test
  void aSleepingLogIsWokenByTheNextLine() throws Exception {
    Path file = folder.resolve("log");
    LogWriter<String> writer = writer(file, LogWriterTest::line, 8);
    await().until(writer::isAsleep);
    writer.offer("good morning");
    await().until(() -> Files.readAllLines(file).contains("good morning"));
    writer.close();
  }

  @Test
  void aFullDiskIsToldOnceLosesNothingThatFitsTheQueueAndItsEndIsToldOnce() throws Exception {
    assumeTrue(Files.exists(FULL), "no /dev/full here");
    Path file = folder.resolve("log");
    Files.createSymbolicLink(file, FULL);
    LogWriter<String> writer = writer(file, LogWriterTest::line, 4);
    writer.offer("kept for later");
    await().until(() -> !told.list.isEmpty());
    for (int i = 1; i <= 4; i++) {
      writer.offer("line " + i);
    }
    assertThat(dropped()).isZero();
    writer.offer("lost");
    assertThat(dropped()).isEqualTo(1);

    Files.delete(file); // the operator makes room and says so
    writer.reopen();
    await().until(() -> told.list.size() == 2);
    writer.close();
    assertThat(Files.readAllLines(file))
        .containsExactly("kept for later", "line 1", "line 2", "line 3", "line 4");
    assertThat(told.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .satisfiesExactly(
            first -> assertThat(first).contains(file.toString(), "No space left on device"),
            second -> assertThat(second).contains(file.toString(), "again", "1 lines were lost"));
  }

  /** Of the octets of three lines there was room for one and a half. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFullDiskLeavesWholeLinesAndNoneIsLost(boolean rotated) throws Exception {
    Path file = folder.resolve("log");
    AtomicInteger room = new AtomicInteger(9);
    LogSink sink = LogSink.file(file, path -> new SmallDisk(path, room));
    LogWriter<String> writer =
        new LogWriter<>("test log", sink, LogWriterTest::line, () -> false, counters.shared(), 8);
    for (String line : List.of("first", "second", "third")) {
      writer.offer(line);
    }
    writer.start();
    await().until(() -> told.list.size() == 1);
    assertThat(Files.readAllLines(file)).as("while it is full").containsExactly("first");
    if (rotated) {
      Files.move(file, folder.resolve("log.1"));
      writer.reopen();
      await().until(() -> Files.exists(file));
    }
    room.set(1000);
    await().until(() -> told.list.size() == 2);
    writer.offer("fourth");
    writer.close();
    String all =
        (rotated ? Files.readString(folder.resolve("log.1")) : "") + Files.readString(file);
    assertThat(all).isEqualTo("first\nsecond\nthird\nfourth\n");
    assertThat(dropped()).isZero();
    assertThat(told.list.getLast().getFormattedMessage()).contains("0 lines were lost");
  }

  @Test
  void halfALineThatAnotherProcessLeftIsEndedBeforeTheNext() throws Exception {
    Path file = folder.resolve("log");
    Files.writeString(file, "whole\nhal");
    LogWriter<String> writer = writer(file, LogWriterTest::line, 8);
    writer.offer("next");
    writer.close();
    assertThat(Files.readAllLines(file)).containsExactly("whole", "hal", "next");
  }

  @Test
  void aDiskThatStaysFullIsNotSaidTwiceAndWhatWasKeptIsCountedAtTheEnd() throws Exception {
    assumeTrue(Files.exists(FULL), "no /dev/full here");
    LogWriter<String> writer = writer(FULL, LogWriterTest::line, 4);
    for (int i = 0; i < 100; i++) {
      writer.offer("line");
    }
    await().until(() -> !told.list.isEmpty());
    writer.close();
    writer.offer("after the end");
    assertThat(told.list).hasSize(1);
    assertThat(dropped()).isEqualTo(101);
  }

  @Test
  void aRenamedFileIsLeftForANewOneWhenReopened() throws Exception {
    Path file = folder.resolve("log");
    Path rotated = folder.resolve("log.1");
    LogWriter<String> writer = writer(file, LogWriterTest::line, 8);
    writer.offer("old");
    await().until(() -> Files.readAllLines(file).contains("old"));
    Files.move(file, rotated);
    writer.offer("still old");
    await().until(() -> Files.readAllLines(rotated).contains("still old"));
    writer.reopen();
    await().until(() -> Files.exists(file));
    writer.offer("new");
    writer.close();
    assertThat(Files.readAllLines(rotated)).containsExactly("old", "still old");
    assertThat(Files.readAllLines(file)).containsExactly("new");
  }

  @Test
  void aFileThatCannotBeReopenedIsToldAndTheOldOneStaysInUse() throws Exception {
    Path inner = Files.createDirectory(folder.resolve("inner"));
    Path file = inner.resolve("log");
    Path moved = folder.resolve("moved");
    LogWriter<String> writer = writer(file, LogWriterTest::line, 8);
    Files.move(inner, moved);
    writer.reopen();
    await().until(() -> !told.list.isEmpty());
    writer.offer("goes on");
    writer.close();
    assertThat(Files.readAllLines(moved.resolve("log"))).containsExactly("goes on");
    assertThat(told.list.getFirst().getFormattedMessage()).contains(file.toString());
  }

  @Test
  void aNewFileIsForItsOwnerAndGroupOnlyAndAnOldOneIsAppendedTo() throws Exception {
    Path file = folder.resolve("log");
    writer(file, LogWriterTest::line, 8).close();
    assertThat(Files.getPosixFilePermissions(file))
        .isSubsetOf(
            EnumSet.of(
                PosixFilePermission.OWNER_READ,
                PosixFilePermission.OWNER_WRITE,
                PosixFilePermission.GROUP_READ))
        .contains(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    Files.writeString(file, "before\n", StandardOpenOption.APPEND);
    LogWriter<String> writer = writer(file, LogWriterTest::line, 8);
    writer.offer("after");
    writer.close();
    assertThat(Files.readAllLines(file)).containsExactly("before", "after");
  }

  @Test
  void aMissingFolderIsAnErrorAtTheStart() {
    Path file = folder.resolve("missing").resolve("log");
    assertThatThrownBy(() -> LogSink.open(new LogDestination.File(file)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("missing");
  }

  @Test
  void aBugInOneLineLosesThatLineAlone() throws Exception {
    Path file = folder.resolve("log");
    AtomicInteger calls = new AtomicInteger();
    LogWriter<String> writer =
        writer(
            file,
            (entry, out) -> {
              calls.incrementAndGet();
              out.append("half");
              if (entry.equals("bad")) {
                throw new IllegalStateException("a bug");
              }
              line(entry, out);
            },
            8);
    writer.offer("good");
    writer.offer("bad");
    writer.offer("bad");
    writer.offer("better");
    writer.close();
    assertThat(Files.readAllLines(file)).containsExactly("halfgood", "halfbetter");
    assertThat(calls).hasValue(4);
    assertThat(dropped()).isEqualTo(2);
    assertThat(counters.sum(Counter.BUGS)).isEqualTo(2);
    assertThat(told.list).hasSize(1);
  }

  @Test
  void theAccessLogWritesToItsFileAndToNowhere() throws Exception {
    Path file = folder.resolve("access");
    AccessLog log =
        AccessLog.open(LogDestination.named(file.toString()), AccessLog.Format.TAB, counters);
    log.offer(Entries.ended(1));
    log.offer(Entries.found("alice", "x").masked());
    log.close();
    assertThat(Files.readAllLines(file)).hasSize(2);
    AccessLog nowhere = AccessLog.open(LogDestination.named(null), AccessLog.Format.JSON, counters);
    nowhere.offer(Entries.ended(1));
    nowhere.reopen();
    nowhere.close();
    nowhere.offer(Entries.ended(1));
    assertThat(dropped()).isZero();
  }

  @Test
  void standardOutputAndErrorHaveTheirNames() {
    assertThat(LogDestination.named("stdout")).isEqualTo(new LogDestination.StandardOutput());
    assertThat(LogDestination.named("stderr")).isEqualTo(new LogDestination.StandardError());
    assertThat(LogDestination.named("a/b")).isEqualTo(new LogDestination.File(Path.of("a/b")));
  }
}
