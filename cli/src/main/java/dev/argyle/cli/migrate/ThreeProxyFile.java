package dev.argyle.cli.migrate;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The syntax of 3proxy.cfg: a command a line, words between blanks, {@code "} around words with
 * blanks. Lines that begin with {@code #} or with white space are skipped, and {@code end} ends the
 * file.
 */
final class ThreeProxyFile {

  /**
   * A command and its arguments.
   *
   * @param includes whether a word outside of quotation marks has a {@code $}, behind which a file
   *     is named that has the arguments
   */
  record Command(Statement place, String name, List<String> arguments, boolean includes) {
    Command {
      arguments = List.copyOf(arguments);
    }

    /** An argument, or {@code *}, which is "any". */
    String argument(int index) {
      return index < arguments.size() ? arguments.get(index) : "*";
    }

    Command withText(String text) {
      return new Command(new Statement(place.line(), text), name, arguments, includes);
    }

    /** The same, of which only some arguments are shown. */
    Command showing(int count) {
      if (arguments.size() <= count) {
        return this;
      }
      List<String> shown = new ArrayList<>(List.of(name));
      shown.addAll(arguments.subList(0, count));
      return withText(String.join(" ", shown) + " ...");
    }

    /** The same without its first arguments. */
    Command behind(int count) {
      List<String> rest = arguments.subList(Math.min(count, arguments.size()), arguments.size());
      return new Command(place, name, rest, includes);
    }
  }

  /**
   * What a file has.
   *
   * @param skipped lines that begin with white space and are no comments; the first word of each
   * @param end the command {@code end}; null: there is none
   * @param unread the lines behind it that are no comments
   * @param unclosed a line with a quotation mark that is not closed, behind which nothing was read;
   *     null: there is none
   */
  record Contents(
      List<Command> commands,
      List<Statement> skipped,
      @Nullable Statement end,
      List<Statement> unread,
      @Nullable Statement unclosed) {
    Contents {
      commands = List.copyOf(commands);
      skipped = List.copyOf(skipped);
      unread = List.copyOf(unread);
    }
  }

  private record Words(List<String> words, boolean includes, boolean isClosed) {}

  private static final String BLANKS = " \t\r\n";

  /** Of the C function isspace. */
  private static final String WHITE = BLANKS + "\u000b\f";

  private ThreeProxyFile() {}

  static Contents read(List<String> lines) {
    List<Command> commands = new ArrayList<>();
    List<Statement> skipped = new ArrayList<>();
    List<Statement> unread = new ArrayList<>();
    Statement end = null;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      String said = line.strip();
      if (said.isEmpty() || said.startsWith("#")) {
        continue;
      }
      // the arguments may be passwords
      Statement shown = new Statement(i + 1, said.replaceFirst("\\s.*", " ..."));
      if (end != null) {
        unread.add(shown);
        continue;
      }
      if (WHITE.indexOf(line.charAt(0)) >= 0) {
        skipped.add(shown);
        continue;
      }
      Words found = words(line);
      List<String> words = found.words();
      if (!found.isClosed()) {
        return new Contents(commands, skipped, null, unread, shown);
      }
      if (words.equals(List.of("end"))) {
        end = shown;
      } else {
        Statement place = new Statement(i + 1, said);
        List<String> arguments = words.subList(1, words.size());
        commands.add(new Command(place, words.getFirst(), arguments, found.includes()));
      }
    }
    return new Contents(commands, skipped, end, unread, null);
  }

  private static Words words(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean quoted = false;
    boolean any = false;
    boolean includes = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
        word.append(c); // two of them are one
        i++;
      } else if (c == '"') {
        quoted = !quoted;
        any = true;
      } else if (BLANKS.indexOf(c) >= 0 && !quoted) {
        if (any) {
          words.add(word.toString());
        }
        word.setLength(0);
        any = false;
      } else {
        includes |= c == '$' && !quoted;
        word.append(c);
        any = true;
      }
    }
    if (any) {
      words.add(word.toString());
    }
    return new Words(words, includes, !quoted);
  }
}
