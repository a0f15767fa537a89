package dev.argyle.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/**
 * Standard output of a command. Java's own streams keep it to themselves when a write fails (a full
 * disk, a reader that has gone), so a command would end with 0 although its output is lost. This
 * one remembers the first failure. Its writers are used by one thread.
 */
final class StandardOutput {

  private static final int BUFFER_OCTETS = 8_192;

  private final Remembering octets;
  private final PrintStream stream;
  private final PrintWriter writer;

  /**
   * @param to where the octets go
   */
  StandardOutput(OutputStream to, Charset encoding) {
    octets = new Remembering(to);
    stream = new PrintStream(new BufferedOutputStream(octets, BUFFER_OCTETS), true, encoding);
    writer = new PrintWriter(new OutputStreamWriter(stream, encoding), true);
  }

  /** The process's; {@link System#out} leads here from now on. */
  @SuppressWarnings("resource") // it ends with the process
  static StandardOutput takeOver() {
    StandardOutput process =
        new StandardOutput(new FileOutputStream(FileDescriptor.out), System.out.charset());
    System.setOut(process.stream);
    return process;
  }

  /** For a command. */
  PrintWriter writer() {
    return writer;
  }

  /** Writes what is buffered; the first failure of any write until now, or null. */
  @Nullable IOException failure() {
    writer.flush();
    stream.flush();
    return octets.failure;
  }

  /** Whether the reader of a pipe has gone (EPIPE), which a command may take for its end. */
  static boolean isReaderGone(IOException failure) {
    return String.valueOf(failure.getMessage()).startsWith("Broken pipe");
  }

  private static final class Remembering extends OutputStream {

    private final OutputStream to;
    private @Nullable IOException failure;

    Remembering(OutputStream to) {
      this.to = to;
    }

    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int count) throws IOException {
      try {
        to.write(from, offset, count);
      } catch (IOException failed) {
        throw remembered(failed);
      }
    }

    @Override
    public void flush() throws IOException {
      try {
        to.flush();
      } catch (IOException failed) {
        throw remembered(failed);
      }
    }

    private IOException remembered(IOException failed) {
      if (failure == null) {
        failure = failed;
      }
      return failed;
    }
  }
}
