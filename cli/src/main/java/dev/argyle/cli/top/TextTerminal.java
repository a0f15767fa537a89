package dev.argyle.cli.top;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.InfoCmp.Capability;
import org.jspecify.annotations.Nullable;

/**
 * The terminal of this process, as a screen of lines: its own screen while it is open, and as it
 * was before when it is closed, whatever happens in between. Used by one thread, but for keys.
 */
final class TextTerminal implements AutoCloseable {

  private static final String RESET = "\u001b[0m";
  private static final String BOLD = "\u001b[1m";
  private static final String REVERSE = "\u001b[7m";
  private static final String RED = "\u001b[31m";

  private final Terminal terminal;
  private final Attributes before;
  private final boolean colours;
  private List<Line> drawn = List.of();
  private Size drawnSize = new Size(0, 0);

  private TextTerminal(Terminal terminal, boolean colours) {
    this.terminal = terminal;
    Integer known = terminal.getNumericCapability(Capability.max_colors);
    this.colours = colours && known != null && known > 1;
    this.before = terminal.enterRawMode();
    terminal.puts(Capability.enter_ca_mode);
    terminal.puts(Capability.cursor_invisible);
    terminal.flush();
  }

  /**
   * Takes the terminal over. JLine is not to find out what the terminal can do with characters of
   * several code points: it would read the answer, on a thread that is still reading when the first
   * key comes, and takes it away.
   *
   * @param colours false: NO_COLOR is set
   * @param out told of other sizes, and of the process's end
   */
  static TextTerminal open(boolean colours, BlockingQueue<Input> out) throws IOException {
    Terminal terminal =
        TerminalBuilder.builder()
            .name("argyle top")
            .system(true)
            .dumb(false)
            .graphemeCluster(false)
            .build();
    terminal.handle(Terminal.Signal.WINCH, _ -> offer(out, new Input.Resized()));
    terminal.handle(Terminal.Signal.INT, _ -> offer(out, new Input.Over()));
    terminal.handle(Terminal.Signal.TSTP, _ -> {});
    return new TextTerminal(terminal, colours);
  }

  /** From a signal's thread: if the loop is behind, it will look at the size anyway. */
  private static void offer(BlockingQueue<Input> out, Input input) {
    if (!out.offer(input)) {
      Thread.yield();
    }
  }

  /** Tells keys until the terminal is gone. On a thread of its own. */
  void readKeys(BlockingQueue<Input> out) {
    Keys keys = new Keys(new Typed(System.in));
    try {
      try {
        for (Key key = keys.next(); key != null; key = keys.next()) {
          out.put(new Input.Pressed(key));
        }
        out.put(new Input.Over());
      } catch (IOException gone) {
        out.put(new Input.Over());
      }
    } catch (InterruptedException over) {
      Thread.currentThread().interrupt();
    }
  }

  int width() {
    return terminal.getWidth();
  }

  int height() {
    return terminal.getHeight();
  }

  /** All of the screen is written again with the next picture. */
  void forget() {
    drawn = List.of();
  }

  /** Shows lines, of which those that have changed are written. */
  void show(List<Line> lines) {
    Size size = terminal.getSize();
    if (drawn.isEmpty() || !size.equals(drawnSize)) {
      terminal.puts(Capability.clear_screen);
      drawn = List.of();
      drawnSize = size;
    }
    PrintWriter out = terminal.writer();
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      if (!line.equals(at(i))) {
        terminal.puts(Capability.cursor_address, i, 0);
        out.print(style(line.style()));
        out.print(line.text());
        out.print(RESET);
        if (Words.columns(line.text()) < size.getColumns()) { // else it would erase the last one
          terminal.puts(Capability.clr_eol);
        }
      }
    }
    drawn = List.copyOf(lines);
    terminal.flush();
  }

  private @Nullable Line at(int index) {
    return index < drawn.size() ? drawn.get(index) : null;
  }

  private String style(Line.Style style) {
    return switch (style) {
      case PLAIN -> "";
      case TITLE, HEADER -> BOLD;
      case SELECTED -> REVERSE;
      case ALERT -> colours ? BOLD + RED : BOLD;
    };
  }

  @Override
  public void close() {
    terminal.puts(Capability.cursor_visible);
    terminal.puts(Capability.exit_ca_mode);
    terminal.flush();
    terminal.setAttributes(before);
    try {
      terminal.close();
    } catch (IOException gone) {
      // so there is nothing left to restore
    }
  }
}
