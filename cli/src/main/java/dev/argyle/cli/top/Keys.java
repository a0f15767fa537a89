package dev.argyle.cli.top;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Makes keys of what a terminal sends (ECMA-48, and what xterm and the Linux console send). */
final class Keys {

  /** How long the rest of a key's sequence may take: else it was the Escape key. */
  private static final long SEQUENCE_MILLIS = 50;

  private static final int ESCAPE = 0x1B;
  private static final int DELETE = 0x7F;
  private static final int NONE = -2; // of JLine: nothing came in time

  /** Characters of a terminal, as JLine reads them. */
  interface Characters {
    /** The next one; -1: the terminal is gone; -2: none came in so many milliseconds, 0: waits. */
    int read(long millis) throws IOException;
  }

  private final Characters from;

  Keys(Characters from) {
    this.from = from;
  }

  /** Waits for a key; null: the terminal is gone. */
  @Nullable Key next() throws IOException {
    int first = from.read(0);
    while (first == NONE) {
      first = from.read(0);
    }
    return switch (first) {
      case -1 -> null;
      case '\r', '\n' -> Key.of(Key.Kind.ENTER);
      case '\t' -> Key.of(Key.Kind.TAB);
      case '\b', DELETE -> Key.of(Key.Kind.BACKSPACE);
      case 'C' - '@', 'D' - '@' -> Key.of(Key.Kind.INTERRUPT);
      case 'L' - '@' -> Key.of(Key.Kind.REDRAW);
      case ESCAPE -> sequence();
      default -> first < ' ' ? Key.of(Key.Kind.OTHER) : new Key(Key.Kind.CHARACTER, first);
    };
  }

  /** {@code ESC [ A}, {@code ESC O A}, {@code ESC [ 5 ~}. */
  private Key sequence() throws IOException {
    int next = from.read(SEQUENCE_MILLIS);
    if (next != '[' && next != 'O') {
      return Key.of(next == NONE || next == -1 ? Key.Kind.ESCAPE : Key.Kind.OTHER);
    }
    StringBuilder parameters = new StringBuilder();
    int last = from.read(SEQUENCE_MILLIS);
    while (last >= '0' && last <= '?' && parameters.length() < 16) {
      parameters.append((char) last);
      last = from.read(SEQUENCE_MILLIS);
    }
    return Key.of(
        switch (last) {
          case 'A' -> Key.Kind.UP;
          case 'B' -> Key.Kind.DOWN;
          case 'C' -> Key.Kind.RIGHT;
          case 'D' -> Key.Kind.LEFT;
          case 'H' -> Key.Kind.HOME;
          case 'F' -> Key.Kind.END;
          case '~' -> numbered(parameters.toString());
          default -> Key.Kind.OTHER;
        });
  }

  private static Key.Kind numbered(String number) {
    return switch (number) {
      case "1", "7" -> Key.Kind.HOME;
      case "4", "8" -> Key.Kind.END;
      case "5" -> Key.Kind.PAGE_UP;
      case "6" -> Key.Kind.PAGE_DOWN;
      default -> Key.Kind.OTHER;
    };
  }
}
