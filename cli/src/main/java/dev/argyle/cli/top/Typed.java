package dev.argyle.cli.top;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * What is typed, as characters, from standard input. Not by JLine's reader: a thread that waits in
 * it keeps the terminal from being closed. Used by one thread.
 */
final class Typed implements Keys.Characters {

  private static final int NONE = -2;
  private static final long STEP_MILLIS = 5;

  private final InputStream in;

  Typed(InputStream in) {
    this.in = in;
  }

  @Override
  public int read(long millis) throws IOException {
    for (long waited = 0; millis > 0 && in.available() == 0; waited += STEP_MILLIS) {
      if (waited >= millis) {
        return NONE;
      }
      try {
        Thread.sleep(STEP_MILLIS);
      } catch (InterruptedException over) {
        Thread.currentThread().interrupt();
        return -1;
      }
    }
    return character(in.read());
  }

  /** UTF-8, as the launcher sets it; what is none is U+FFFD. */
  private int character(int first) throws IOException {
    int more = first < 0xC0 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
    if (more == 0) {
      return first < 0x80 ? first : 0xFFFD;
    }
    byte[] octets = new byte[1 + more];
    octets[0] = (byte) first;
    int read = in.readNBytes(octets, 1, more);
    return new String(octets, 0, 1 + read, StandardCharsets.UTF_8).codePointAt(0);
  }
}
