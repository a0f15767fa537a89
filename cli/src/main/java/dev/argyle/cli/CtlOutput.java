package dev.argyle.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.argyle.client.manage.Connection;
import dev.argyle.server.telemetry.LogText;
import dev.argyle.wire.Addresses;
import dev.argyle.wire.Host;
import dev.argyle.wire.UserName;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/**
 * What {@code argyle ctl} prints: aligned columns for people, or a JSON document for scripts, whose
 * keys never change (docs/management.md lists them).
 */
final class CtlOutput {

  /** Always with milliseconds, so that scripts meet one form. */
  private static final DateTimeFormatter MILLISECONDS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  /** ECMA-48: the cursor to the first place, and everything behind it erased. */
  private static final String CLEAR = "\u001b[H\u001b[2J";

  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private final PrintWriter out;
  private final boolean json;

  CtlOutput(PrintWriter out, boolean json) {
    this.out = out;
    this.json = json;
  }

  /** Begins a screen anew on a terminal; elsewhere one text follows the other. */
  void again(boolean first) {
    if (json) {
      return;
    }
    if (canClear()) {
      out.print(CLEAR);
    } else if (!first) {
      out.println();
    }
  }

  private static boolean canClear() {
    String kind = System.getenv("TERM");
    return isOnTerminal() && kind != null && !kind.equals("dumb");
  }

  /** Whether standard input and output are a terminal. */
  @SuppressWarnings("SystemConsoleNull") // it is null again from JDK 25 on
  static boolean isOnTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  boolean isJson() {
    return json;
  }

  /** Writes the members of one JSON object. */
  @FunctionalInterface
  interface Members {
    void write(JsonGenerator json) throws IOException;
  }

  /** One document, on a line of its own. */
  void document(Members members) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = new JsonFactory().createGenerator(text)) {
      generator.writeStartObject();
      members.write(generator);
      generator.writeEndObject();
    } catch (IOException impossible) { // into memory
      throw new UncheckedIOException(impossible);
    }
    out.println(text);
  }

  void line(String words) {
    out.println(words);
  }

  /** Whether somebody still reads; the stream below the writer keeps its failures to itself. */
  boolean flush() {
    return !out.checkError() && !System.out.checkError();
  }

  /** Two columns. */
  void facts(List<List<String>> rows) {
    rows(List.of(), rows, "");
  }

  /**
   * Aligned columns; those whose title begins with a space are aligned to the right.
   *
   * @param titles empty: none
   * @param empty what is said if there are no rows
   */
  void rows(List<String> titles, List<List<String>> rows, String empty) {
    if (rows.isEmpty()) {
      out.println(empty);
      return;
    }
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    boolean[] right = new boolean[columns];
    for (int i = 0; i < columns; i++) {
      String title = titles.isEmpty() ? "" : titles.get(i).strip();
      right[i] = !titles.isEmpty() && titles.get(i).startsWith(" ");
      widths[i] = title.length();
      for (List<String> row : rows) {
        widths[i] = Math.max(widths[i], width(row.get(i)));
      }
    }
    if (!titles.isEmpty()) {
      print(titles.stream().map(String::strip).toList(), widths, right);
    }
    rows.forEach(row -> print(row, widths, right));
  }

  private void print(List<String> cells, int[] widths, boolean[] right) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      String cell = cells.get(i);
      String padding = " ".repeat(Math.max(0, widths[i] - width(cell)));
      line.append(i == 0 ? "" : "  ").append(right[i] ? padding + cell : cell + padding);
    }
    out.println(line.toString().stripTrailing());
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }

  // How things are written

  static String instant(Instant time) {
    return MILLISECONDS.format(time);
  }

  /** To the second, for people. */
  static String time(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** {@code 12 B}, {@code 1.5 MiB}. */
  static String size(long octets) {
    double amount = octets;
    int unit = 0;
    while (amount >= 1024 && unit < UNITS.length - 1) {
      amount /= 1024;
      unit++;
    }
    return unit == 0
        ? octets + " " + UNITS[0]
        : String.format(Locale.ROOT, "%.1f %s", amount, UNITS[unit]);
  }

  static String user(Connection connection) {
    return connection.user().map(UserName::escaped).orElse("-");
  }

  /** {@code -} before there was a request. */
  static String command(Connection connection) {
    return switch (connection.command()) {
      case 1 -> "connect";
      case 2 -> "bind";
      case 3 -> "udp";
      default -> "-";
    };
  }

  static String destination(Connection connection) {
    if (connection.command() == 0) {
      return "-";
    }
    String text = connection.destination().toString();
    return connection.destination().host() instanceof Host.Name ? LogText.escaped(text) : text;
  }

  static String reply(Connection connection) {
    return connection.reply() == Connection.NO_REPLY
        ? "-"
        : String.format(Locale.ROOT, "%02X", connection.reply());
  }

  /** The members of a connection; those that are not known are null. */
  static void write(JsonGenerator json, Connection connection) throws IOException {
    boolean asked = connection.command() != 0;
    json.writeNumberField("id", connection.id());
    json.writeStringField("start", instant(connection.start()));
    json.writeStringField("end", connection.end().map(CtlOutput::instant).orElse(null));
    json.writeStringField("user", connection.user().map(UserName::escaped).orElse(null));
    json.writeStringField("source", connection.source().toString());
    json.writeStringField("command", asked ? command(connection) : null);
    json.writeStringField("destination", asked ? destination(connection) : null);
    if (connection.reply() == Connection.NO_REPLY) {
      json.writeNullField("reply");
    } else {
      json.writeNumberField("reply", connection.reply());
    }
    json.writeStringField("outgoing", connection.outgoing().map(Addresses::text).orElse(null));
    json.writeNumberField("octetsUp", connection.octetsUp());
    json.writeNumberField("octetsDown", connection.octetsDown());
  }
}
