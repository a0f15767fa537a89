package dev.argyle.cli.migrate;

import dev.argyle.server.config.ConfigProblem;
import dev.argyle.server.config.ConfigurationReader;
import dev.argyle.server.config.Read;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What became of a file: our settings and rules, and a note for every statement that has none. A
 * statement is translated, needs no translation, or is left out; the translators say which of each
 * one.
 */
public final class Translation {

  /** A note, as a line of a comment. */
  private record Note(int line, String words) {}

  private static final int LONGEST = 160;

  private final String file;
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final Map<String, Statement> origins = new LinkedHashMap<>();
  private final List<Rule> rules = new ArrayList<>();
  private final List<Note> left = new ArrayList<>();
  private final List<Note> unneeded = new ArrayList<>();
  private final List<String> hints = new ArrayList<>();
  private final Set<Integer> seen = new TreeSet<>();
  private @Nullable String refusal;

  Translation(String file) {
    this.file = file;
  }

  // What translators say

  /** A setting of ours; the last one counts, as with most files, and the earlier is named. */
  void set(Statement origin, String path, String yaml) {
    Statement before = origins.get(path);
    if (before != null && before.line() != 0 && before.line() != origin.line()) {
      unneeded(before, path + " is set again in line " + origin.line());
    }
    extend(origin, path, yaml);
  }

  /** A setting of ours that has what was set before, too, such as a longer list. */
  void extend(Statement origin, String path, String yaml) {
    translated(origin);
    settings.put(path, yaml);
    origins.put(path, origin);
  }

  /** Sets it unless something has set it. */
  void byDefault(Statement origin, String path, String yaml) {
    if (!settings.containsKey(path)) {
      set(origin, path, yaml);
    }
  }

  void rule(Rule rule) {
    translated(rule.origin());
    rules.add(rule);
  }

  /** It is part of what was set. */
  void translated(Statement origin) {
    seen.add(origin.line());
  }

  /** It has no effect here, or Argyle does so anyway. */
  void unneeded(Statement origin, String why) {
    seen.add(origin.line());
    unneeded.add(note(origin, why));
  }

  /** It could not be translated; what to do instead. */
  void left(Statement origin, String instead) {
    seen.add(origin.line());
    left.add(note(origin, instead));
  }

  /** Something to know that is no statement of the file. */
  void hint(String words) {
    if (!hints.contains(words)) {
      hints.add(words);
    }
  }

  /** Nothing of the file is translated, since it is no configuration of that server's either. */
  void refuse(Statement origin, String why) {
    refusal = place(origin) + ": " + why;
    settings.clear();
    origins.clear();
    rules.clear();
    hints.clear();
    unneeded.clear();
    left.clear();
    left(origin, why);
    rules.add(Rule.denyAll(new Statement(0, "nothing was translated")));
  }

  private Note note(Statement origin, String why) {
    String said = Yaml.comment(origin.text());
    String cut = said.length() > LONGEST ? said.substring(0, LONGEST) + " ..." : said;
    return new Note(origin.line(), place(origin) + ": " + cut + ": " + why);
  }

  private String place(Statement origin) {
    return origin.line() == 0 ? file : Yaml.comment(file) + ":" + origin.line();
  }

  // What became of it

  /** Where the file cannot be read, and why; null: it can. */
  public @Nullable String refusal() {
    return refusal;
  }

  /** How many statements were left out. */
  public int leftOut() {
    return left.size();
  }

  /** The lines of the file about which something was said. */
  Set<Integer> seen() {
    return new TreeSet<>(seen);
  }

  /**
   * Our configuration, with a comment for each statement that is not in it. It can be read as it
   * is: what our reader would reject becomes a comment, too, and counts as left out.
   */
  public String yaml() {
    List<String> body = new ArrayList<>(body());
    List<Note> rejected = new ArrayList<>();
    while (ConfigurationReader.read("argyle.yaml", String.join("\n", body) + "\n")
        instanceof Read.Wrong(var problems)) {
      Set<Integer> lines = new TreeSet<>();
      for (ConfigProblem problem : problems) {
        int line = Math.max(problem.line(), 1);
        String said = body.get(line - 1);
        if (lines.add(line) && !said.strip().startsWith("#")) {
          rejected.add(new Note(0, Yaml.comment(said) + ": " + Yaml.comment(problem.message())));
          // where something was denied, everything is: never less than the original did
          boolean denies = said.strip().startsWith("- { allow: false");
          body.set(line - 1, denies ? "  - { allow: false }  # was: " + said.strip() : "# " + said);
        }
      }
      if (lines.isEmpty() || rejected.size() > 10_000) {
        break;
      }
    }
    left.addAll(rejected);
    List<String> all = new ArrayList<>(head());
    all.addAll(body);
    return String.join("\n", all) + "\n";
  }

  private List<String> head() {
    List<String> head = new ArrayList<>();
    head.add("# Translated from " + Yaml.comment(file) + " by argyle import-config.");
    hints.forEach(hint -> head.add("# " + Yaml.comment(hint)));
    add(head, "# Not translated:", left);
    add(head, "# Not needed:", unneeded);
    head.add("");
    return head;
  }

  private static void add(List<String> head, String title, List<Note> notes) {
    if (!notes.isEmpty()) {
      head.add("#");
      head.add(title);
      notes.forEach(note -> head.add("#   " + note.words()));
    }
  }

  private List<String> body() {
    List<String> lines = new ArrayList<>();
    List<String> open = new ArrayList<>();
    for (Map.Entry<String, String> setting :
        settings.entrySet().stream().sorted(this::inOrder).toList()) {
      List<String> path = List.of(setting.getKey().split("\\."));
      int common = 0;
      while (common < open.size() && open.get(common).equals(path.get(common))) {
        common++;
      }
      open = open.subList(0, common);
      for (int i = common; i < path.size() - 1; i++) {
        lines.add("  ".repeat(i) + path.get(i) + ":");
      }
      Statement origin = origins.get(setting.getKey());
      String comment = origin == null || origin.line() == 0 ? "" : "  # " + place(origin);
      lines.add(
          "  ".repeat(path.size() - 1) + path.getLast() + ": " + setting.getValue() + comment);
      open = new ArrayList<>(path.subList(0, path.size() - 1));
    }
    if (!rules.isEmpty()) {
      lines.add("rules:");
      Statement last = null;
      for (Rule rule : rules) {
        if (!rule.origin().equals(last)) {
          String where = rule.origin().line() == 0 ? "" : place(rule.origin()) + ": ";
          lines.add("  # " + where + Yaml.comment(rule.origin().text()));
        }
        lines.add("  - " + rule.yaml());
        last = rule.origin();
      }
    }
    return lines;
  }

  /** Keys of a section lie together, and keys before the sections that are deeper. */
  private int inOrder(Map.Entry<String, String> one, Map.Entry<String, String> other) {
    List<String> order =
        List.of("socks", "dns", "dissectors", "management", "accounts", "log", "egress");
    String[] left = one.getKey().split("\\.");
    String[] right = other.getKey().split("\\.");
    int section = order.indexOf(left[0]) - order.indexOf(right[0]);
    return section != 0
        ? section
        : left.length != right.length
            ? left.length - right.length
            : one.getKey().compareTo(other.getKey());
  }
}
