package dev.argyle.server;

import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.LineLog;
import dev.argyle.server.telemetry.LogDestination;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Standard output and error of a running server, each behind a bounded queue and a thread of its
 * own. Whoever reads them may be slow or stuck (a full pipe), and an event loop that writes a
 * warning must not wait for that reader. While this is open, {@link System#out} and {@link
 * System#err} lead here, and with them everything that writes to them: the loggers, the JDK's own
 * logging, stack traces of threads that die. What finds a queue full is dropped and counted.
 */
final class StandardStreams implements AutoCloseable {

  /** A line that grows longer than this is passed on in parts. */
  private static final int MAX_LINE_OCTETS = 64 * 1024;

  private final PrintStream processOutput = System.out;
  private final PrintStream processError = System.err;
  private final LineLog output;
  private final LineLog error;

  private StandardStreams(Counters counters) {
    try {
      output = LineLog.open("standard output", new LogDestination.StandardOutput(), counters);
      error = LineLog.open("standard error", new LogDestination.StandardError(), counters);
    } catch (IOException impossible) { // both are open already
      throw new UncheckedIOException(impossible);
    }
  }

  /** Takes both over for the whole process. */
  static StandardStreams takeOver(Counters counters) {
    StandardStreams streams = new StandardStreams(counters);
    System.setOut(printing(streams.output));
    System.setErr(printing(streams.error));
    return streams;
  }

  private static PrintStream printing(LineLog log) {
    return new PrintStream(new Lines(log), false, StandardCharsets.UTF_8);
  }

  /**
   * Writes what is queued, and gives the process its streams back. A stream whose reader is stuck
   * is given up after two seconds; what is written to it later is dropped, since it would block.
   */
  @Override
  public void close() {
    output.close();
    error.close();
    if (output.isWritten()) {
      System.setOut(processOutput);
    }
    if (error.isWritten()) {
      System.setErr(processError);
    }
  }

  /** Passes whole lines on; a write that has several (a stack trace) stays together. */
  private static final class Lines extends OutputStream {

    private final LineLog log;
    private byte[] begun = new byte[256]; // under the PrintStream's lock, as all here
    private int length;

    Lines(LineLog log) {
      this.log = log;
    }

    @Override
    public void write(int octet) {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] octets, int offset, int count) {
      append(octets, offset, count);
      int end = length;
      while (end > 0 && begun[end - 1] != '\n') {
        end--;
      }
      if (end == 0 && length > MAX_LINE_OCTETS) {
        end = length;
      }
      if (end > 0) {
        log.offer(new String(begun, 0, end, StandardCharsets.UTF_8));
        System.arraycopy(begun, end, begun, 0, length - end);
        length -= end;
      }
    }

    private void append(byte[] octets, int offset, int count) {
      if (length + count > begun.length) {
        begun = Arrays.copyOf(begun, Math.max(length + count, 2 * begun.length));
      }
      System.arraycopy(octets, offset, begun, length, count);
      length += count;
    }
  }
}
