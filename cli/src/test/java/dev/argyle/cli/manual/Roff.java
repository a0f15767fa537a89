package dev.argyle.cli.manual;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes a manual page with the macros of man(7). Texts are those of our pages: {@code `code`},
 * {@code **strong**} and links are understood, everything else is taken as it is.
 */
final class Roff {

  private static final int WIDTH = 78;
  private static final Pattern INLINE =
      Pattern.compile("`([^`]+)`|\\*\\*([^*]+)\\*\\*|\\[([^]]+)]\\(([^)]+)\\)");

  /** Of a line of usage: options and commands as they are typed, and what stands for a value. */
  private static final Pattern USAGE =
      Pattern.compile(
          "(?<![\\w-])(?:(--?[a-zA-Z][a-z-]*|[a-z][a-z0-9-]*)|([A-Z][A-Z-]*))(?![\\w])");

  private final StringBuilder out = new StringBuilder();

  Roff(String title, int section, String date, String volume) {
    out.append(".\\\" Made from the program's tables by ManPagesTest, which also compares them.\n");
    macro(".TH " + title + " " + section + " " + date + " Argyle \"" + volume + "\"");
    macro(".nh"); // no word is cut, and lines end where words do
    macro(".ad l");
  }

  /** A request, or a macro with its arguments, as it is. */
  Roff macro(String line) {
    out.append(line).append('\n');
    return this;
  }

  Roff section(String title) {
    return macro(".SH " + title);
  }

  Roff subsection(String title) {
    return macro(".SS " + plain(title));
  }

  Roff paragraph(String text) {
    return begin(".PP").text(text);
  }

  /** Begins a paragraph, which the first one of a section needs not. */
  private Roff begin(String macro) {
    int last = out.lastIndexOf("\n", out.length() - 2) + 1;
    return out.substring(last).matches("\\.S[HS] .*\n") ? this : macro(macro);
  }

  /** A paragraph with a word in front of it. */
  Roff item(String tag, String text) {
    macro(".TP");
    fill(tag);
    return text(text);
  }

  Roff bullet(String text) {
    return macro(".IP \\(bu 3").text(text);
  }

  /** Lines as they are. */
  Roff block(String lines) {
    begin(".PP").macro(".RS 4").macro(".nf");
    lines.lines().forEach(line -> fill(line.isBlank() ? "\\&" : code(line)));
    return macro(".fi").macro(".RE");
  }

  /** A line of usage, whose further lines are indented. */
  Roff usage(String line) {
    return macro(".HP 4").wrapped(usageMarks(line));
  }

  /** Text in lines of moderate length. */
  Roff text(String text) {
    return wrapped(inline(text.strip()));
  }

  private Roff wrapped(String marked) {
    StringBuilder line = new StringBuilder();
    for (String word : marked.split("\\s+")) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > WIDTH) {
        fill(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    fill(line.toString());
    return this;
  }

  /** A line that is no request, whatever it begins with. */
  private void fill(String line) {
    out.append(line.startsWith(".") || line.startsWith("'") ? "\\&" : "").append(line).append('\n');
  }

  /** {@code -c, --config FILE} with its fonts. */
  static String usageMarks(String line) {
    Matcher matcher = USAGE.matcher(line);
    StringBuilder marked = new StringBuilder();
    int at = 0;
    while (matcher.find()) {
      marked.append(plain(line.substring(at, matcher.start())));
      boolean typed = matcher.group(1) != null;
      marked.append(typed ? bold(matcher.group()) : italic(matcher.group()));
      at = matcher.end();
    }
    return marked.append(plain(line.substring(at))).toString();
  }

  static String bold(String text) {
    return "\\fB" + code(text) + "\\fR";
  }

  static String italic(String text) {
    return "\\fI" + code(text) + "\\fR";
  }

  private static String inline(String text) {
    Matcher matcher = INLINE.matcher(text);
    StringBuilder marked = new StringBuilder();
    int at = 0;
    while (matcher.find()) {
      marked.append(plain(text.substring(at, matcher.start())));
      if (matcher.group(1) != null) {
        marked.append(bold(matcher.group(1)));
      } else if (matcher.group(2) != null) {
        marked.append(bold(matcher.group(2)));
      } else {
        marked.append(link(matcher.group(3), matcher.group(4)));
      }
      at = matcher.end();
    }
    return marked.append(plain(text.substring(at))).toString();
  }

  /** The page of a link, as it is called where the pages are installed. */
  private static String link(String words, String target) {
    String page = target.replaceFirst("#.*$", "");
    if (page.isEmpty() || page.endsWith(words)) {
      return page.isEmpty() ? inline(words) : italic(words);
    }
    return inline(words) + " (" + italic(page) + ")";
  }

  /** Prose: a hyphen stays one, but what looks like an option is typed. */
  private static String plain(String text) {
    return escaped(text).replaceAll("(?<![\\w-])-(?=\\S)|(?<=-)-", "\\\\-");
  }

  /** What is typed: every character is the one of ASCII. */
  private static String code(String text) {
    return escaped(text)
        .replace("-", "\\-")
        .replace("'", "\\(aq")
        .replace("^", "\\(ha")
        .replace("~", "\\(ti")
        .replace("`", "\\(ga");
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\e");
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
