package dev.argyle.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("fault")
class LineLogTest {

  private static final String LINE = "x".repeat(1023) + "\n";

  @TempDir Path folder;

  private final Counters counters = new Counters();

  @Test
  void aPipeThatNobodyReadsHoldsNobodyUpAndWhatIsBeyondTheQueueIsCounted() throws Exception {
    Path pipe = folder.resolve("pipe");
    assumeTrue(makeFifo(pipe), "no mkfifo here");
    try (RandomAccessFile reader = new RandomAccessFile(pipe.toFile(), "rw")) {
      LineLog log = LineLog.open("words", new LogDestination.File(pipe), counters);
      int lines = 0;
      while (counters.sum(Counter.LOG_LINES_DROPPED) < 100) {
        log.offer(LINE); // the pipe holds 64, the thread's batch 512, the queue the rest
        lines++;
        assertThat(lines).isLessThan(100_000);
      }
      log.close(); // gives up
      assertThat(log.isWritten()).isFalse();
      long dropped = counters.sum(Counter.LOG_LINES_DROPPED);
      log.offer(LINE);
      assertThat(counters.sum(Counter.LOG_LINES_DROPPED)).isEqualTo(dropped + 1);

      byte[] some = new byte[LINE.length()];
      FileInputStream waiting = new FileInputStream(reader.getFD()); // shares the descriptor
      while (!log.isWritten()) { // the reader comes back, and the thread ends
        if (waiting.available() >= some.length) {
          reader.readFully(some);
        }
      }
    }
  }

  @Test
  void linesAreWrittenAsTheyAre() throws Exception {
    Path file = folder.resolve("file");
    LineLog log = LineLog.open("words", new LogDestination.File(file), counters);
    log.offer("one\n");
    log.offer("a trace\n  of two lines\n");
    log.finish();
    await().until(log::isWritten);
    log.close();
    assertThat(file).hasContent("one\na trace\n  of two lines\n");
  }

  private static boolean makeFifo(Path path) throws InterruptedException {
    try {
      return new ProcessBuilder("mkfifo", path.toString()).start().waitFor() == 0;
    } catch (IOException missing) {
      return false;
    }
  }
}
