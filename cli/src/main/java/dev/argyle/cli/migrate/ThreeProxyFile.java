package dev.argyle.cli.migrate;

import java.util.ArrayList;
import java.util.List;

/**
 * The syntax of 3proxy.cfg: a command a line, words between blanks, {@code "} around words with
 * blanks, and a comment where a line begins with {@code #}.
 */
final class ThreeProxyFile {

  /** A command and its arguments. */
  record Command(Statement place, String name, List<String> arguments) {
    Command {
      arguments = List.copyOf(arguments);
    }

    /** An argument, or {@code *}, which is "any". */
    String argument(int index) {
      return index < arguments.size() ? arguments.get(index) : "*";
    }

    Command withText(String text) {
      return new Command(new Statement(place.line(), text), name, arguments);
    }
  }

  private ThreeProxyFile() {}

  static List<Command> read(List<String> lines) {
    List<Command> commands = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      List<String> words = line.startsWith("#") ? List.of() : words(line);
      if (!words.isEmpty()) {
        commands.add(
            new Command(
                new Statement(i + 1, line), words.getFirst(), words.subList(1, words.size())));
      }
    }
    return commands;
  }

  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean quoted = false;
    boolean any = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
        word.append(c); // two of them are one
        i++;
      } else if (c == '"') {
        quoted = !quoted;
        any = true;
      } else if (Character.isWhitespace(c) && !quoted) {
        if (any) {
          words.add(word.toString());
        }
        word.setLength(0);
        any = false;
      } else {
        word.append(c);
        any = true;
      }
    }
    if (any) {
      words.add(word.toString());
    }
    return words;
  }
}
