package dev.argyle.cli.manual;

import java.util.List;
import java.util.Locale;

/**
 * argyle.yaml(5), of {@code docs/configuration.md}, whose tables {@code ManualTest} compares with
 * those of the program. A table becomes a list: its key, the meaning, default and values.
 */
public final class ConfigurationPage {

  private final Roff page;
  private final StringBuilder paragraph = new StringBuilder();
  private final StringBuilder block = new StringBuilder();
  private boolean isBullet;

  private ConfigurationPage(String date) {
    page = new Roff("ARGYLE.YAML", 5, date, "File Formats Manual");
  }

  /** The page. */
  public static String of(List<String> markdown, String date) {
    ConfigurationPage made = new ConfigurationPage(date);
    made.page.section("NAME").macro("argyle.yaml \\- configuration of the SOCKS 5 server Argyle");
    made.page.section("DESCRIPTION");
    markdown.forEach(made::line);
    made.flush();
    made.page.section("EXAMPLES");
    made.page.paragraph("A server for a network, with accounts:");
    made.page.block(EXAMPLE);
    made.page.section("\"SEE ALSO\"").text("**argyle**(1), **argyle-serve**(8)");
    return made.page.toString();
  }

  /** A configuration, as an example. */
  public static final String EXAMPLE =
      """
      socks:
        listen: ["0.0.0.0:1080", "[::1]:1080"]
        authentication: [password]
        idle-timeout: 10m
      rules:
        - { allow: false, to: ["10.0.0.0/8", "*.internal.example"] }
        - { allow: true, users: [ana, eva], ports: [80, 443, "8000-8999"] }
        - { allow: false }
      """;

  private void line(String line) {
    boolean isText = !line.isEmpty() && !line.matches("[#|-].*|    .*");
    if (!isText) {
      flushUnless(line);
    }
    if (line.startsWith("## ")) {
      page.section(line.substring(3).toUpperCase(Locale.ROOT));
    } else if (line.startsWith("| `")) {
      row(line.replaceAll("^\\| | \\|$", "").split(" \\| "));
    } else if (line.startsWith("- ")) {
      isBullet = true;
      paragraph.append(line.substring(2)).append(' ');
    } else if (line.startsWith("    ")) {
      block.append(line.substring(4)).append('\n');
    } else if (isText) {
      paragraph.append(line.strip()).append(' ');
    }
  }

  /** A line of a block goes on with it; everything else ends what was there. */
  private void flushUnless(String line) {
    if (block.isEmpty() || !line.startsWith("    ")) {
      flush();
    }
  }

  private void flush() {
    if (!paragraph.isEmpty()) {
      if (isBullet) {
        page.bullet(paragraph.toString());
      } else if (!paragraph.toString().contains("ManualTest")) { // for those who change it
        page.paragraph(paragraph.toString());
      }
      paragraph.setLength(0);
      isBullet = false;
    }
    if (!block.isEmpty()) {
      page.block(block.toString());
      block.setLength(0);
    }
  }

  /** Of the whole file's keys, or of a rule's, which have no defaults. */
  private void row(String[] cells) {
    String meaning = sentence(cells[cells.length - 1]);
    String key = Roff.bold(cells[0].replace("`", ""));
    if (cells.length == 4) {
      page.item(key, meaning).macro(".br");
      page.text("Default: " + cells[1] + ". Values: " + cells[2] + ".");
    } else {
      page.item(key, meaning).macro(".br");
      page.text("Values: " + cells[1] + ".");
    }
  }

  private static String sentence(String meaning) {
    String first = meaning.substring(0, 1).toUpperCase(Locale.ROOT) + meaning.substring(1);
    return first.endsWith(".") ? first : first + ".";
  }
}
