package dev.argyle.cli.top;

import dev.argyle.cli.door.Document;
import dev.argyle.server.telemetry.LogText;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Draws: a pure function of what is known, what was chosen, the time and the size. */
final class Screen {

  /** The least that it draws on; on less it says so. */
  static final int LEAST_WIDTH = 60;

  static final int LEAST_HEIGHT = 12;

  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final double MICROS_OF_MILLI = 1_000;

  private final Model model;
  private final Controls controls;
  private final Moment now;
  private final int width;
  private final int height;
  private final List<Line> lines = new ArrayList<>();

  private Screen(Model model, Controls controls, Moment now, int width, int height) {
    this.model = model;
    this.controls = controls;
    this.now = now;
    this.width = width;
    this.height = height;
  }

  /**
   * Draws.
   *
   * @return as many lines as the screen has
   */
  static List<Line> lines(Model model, Controls controls, Moment now, int width, int height) {
    Screen screen = new Screen(model, controls, now, width, height);
    if (width < LEAST_WIDTH || height < LEAST_HEIGHT) {
      screen.add(
          "argyle top needs " + LEAST_WIDTH + " columns and " + LEAST_HEIGHT + " lines; q quits");
    } else {
      screen.draw();
    }
    while (screen.lines.size() < height) {
      screen.add("");
    }
    return List.copyOf(screen.lines.subList(0, height));
  }

  /** How many rows of a table fit under the lines about the server. */
  static int tableRows(int height) {
    return height - 8;
  }

  private void add(String text) {
    add(text, Line.Style.PLAIN);
  }

  private void add(String text, Line.Style style) {
    lines.add(new Line(Words.cut(text, width), style));
  }

  private void draw() {
    server();
    switch (controls.view()) {
      case CONNECTIONS -> connections();
      case USERS -> users();
      case DETAILS -> details();
      case HELP -> help();
    }
    while (lines.size() < height - 1) {
      add("");
    }
    lines.subList(height - 1, lines.size()).clear();
    lastLine();
  }

  // About the server

  private void server() {
    Document status = model.status();
    Document totals = model.totals();
    Document rates = model.rates();
    String state =
        status.flag("draining") ? "draining" : status.flag("running") ? "running" : "stopped";
    long up = model.upMillis(now);
    String uptime = up < 0 ? "" : ", up " + Words.age(up);
    title(
        "argyle top  " + model.address() + "  " + state + uptime,
        CLOCK.format(Instant.ofEpochMilli(now.wallMillis())) + " UTC");
    add(
        "open "
            + totals.number("open", 0)
            + "  users connected "
            + totals.number("usersConnected", 0)
            + "  up "
            + Words.size(rates.number("octetsUp", 0))
            + "/s  down "
            + Words.size(rates.number("octetsDown", 0))
            + "/s  new "
            + String.format(Locale.ROOT, "%.1f/s", rates.amount("opened")));
    add(
        "since start: "
            + totals.number("connections", 0)
            + ", "
            + Words.size(totals.number("octetsUp", 0))
            + " up, "
            + Words.size(totals.number("octetsDown", 0))
            + " down, "
            + refused(totals));
    add(
        "loop lag "
            + lag(totals, "loopLagP99Micros", "p99 ")
            + lag(totals, "loopLagMaxMicros", ", most ")
            + "  heap "
            + Words.size(totals.number("heap", 0))
            + "/"
            + Words.size(totals.number("heapLimit", 0))
            + "  fds "
            + known(totals, "descriptors")
            + "/"
            + known(totals, "descriptorLimit")
            + "  bugs "
            + totals.number("bugs", 0));
    alert();
  }

  private void title(String left, String right) {
    String shown = Words.cut(left, width - right.length() - 1);
    add(
        shown + " ".repeat(Math.max(1, width - Words.columns(shown) - right.length())) + right,
        Line.Style.TITLE);
  }

  private static String refused(Document totals) {
    StringBuilder reasons = new StringBuilder();
    totals.get("refusedBy").numbers().entrySet().stream()
        .filter(reason -> reason.getValue() > 0)
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(3)
        .forEach(
            reason ->
                reasons
                    .append(reasons.isEmpty() ? " (" : ", ")
                    .append(reason.getKey())
                    .append(' ')
                    .append(reason.getValue()));
    return totals.number("refused", 0)
        + " refused"
        + (reasons.isEmpty() ? "" : reasons.append(')').toString());
  }

  private static String lag(Document totals, String field, String words) {
    return totals.has(field)
        ? words + String.format(Locale.ROOT, "%.1f ms", totals.number(field, 0) / MICROS_OF_MILLI)
        : words.startsWith(",") ? "" : "not known";
  }

  private static String known(Document totals, String field) {
    return totals.has(field) ? String.valueOf(totals.number(field, 0)) : "-";
  }

  /**
   * The most urgent: that the server is lost, what it warns of, or that the screen stands still.
   */
  private void alert() {
    String lost = model.lost();
    Moment told = model.told();
    List<Document> warnings = model.status().list("warnings");
    if (lost != null) {
      String since =
          told == null
              ? ""
              : "; what follows is of " + CLOCK.format(Instant.ofEpochMilli(told.wallMillis()));
      add("lost the server, trying again" + since + ": " + lost, Line.Style.ALERT);
    } else if (controls.isPaused()) {
      long changed = controls.changedMeanwhile(model);
      add("paused: " + changed + " changed meanwhile; p goes on", Line.Style.ALERT);
    } else if (!warnings.isEmpty()) {
      Document first = warnings.getFirst();
      String more = warnings.size() == 1 ? "" : " (and " + (warnings.size() - 1) + " more)";
      add(first.text("title", first.text("detail", "")) + more, Line.Style.ALERT);
    } else {
      add("");
    }
  }

  // Connections

  private void connections() {
    List<Row> rows = controls.rows(model);
    List<Column> columns = Arrays.stream(Column.values()).filter(one -> one.isOn(width)).toList();
    String order = controls.isGreatestFirst() ? "greatest first" : "least first";
    String filter =
        controls.filter().isEmpty() ? "" : "  filter: " + shown(controls.filter().text(), 30);
    add(rows.size() + " shown, by " + controls.sort().title() + ", " + order + filter);
    add(row(columns, null), Line.Style.HEADER);
    int room = tableRows(height);
    int selected = controls.selectedIndex(rows);
    int first = Math.max(0, selected - room + 1);
    for (int i = first; i < Math.min(rows.size(), first + room); i++) {
      add(row(columns, rows.get(i)), i == selected ? Line.Style.SELECTED : Line.Style.PLAIN);
    }
    if (rows.isEmpty()) {
      add(controls.filter().isEmpty() ? "no open connections" : "no open connection matches");
    }
  }

  /** A row, or the titles; a mark stands before the selected row, for terminals without colour. */
  private String row(List<Column> columns, @Nullable Row row) {
    boolean selected = row != null && row.equals(controls.selected(model));
    StringBuilder line = new StringBuilder(selected ? ">" : " ");
    int taken = 1 + columns.stream().mapToInt(one -> one.width() + 1).sum();
    for (Column column : columns) {
      int wide = column.width() == 0 ? Math.max(1, width - taken) : column.width();
      String mark = row == null && column == controls.sort() ? "*" : "";
      String cell = row == null ? column.title() + mark : column.cell(row, now);
      line.append(Words.fitted(cell, wide, column.isRight())).append(' ');
    }
    return line.toString().stripTrailing();
  }

  // Users

  private void users() {
    List<UserRow> users = UserRow.of(controls.filter().of(model.rows()));
    add(users.size() + " users with open connections");
    add(
        UserRow.line("USER", "CONNECTIONS", "UP/s", "DOWN/s", "UP", "DOWN", width),
        Line.Style.HEADER);
    for (UserRow user : users.subList(0, Math.min(users.size(), tableRows(height)))) {
      add(user.line(width));
    }
  }

  // One connection

  private void details() {
    Row row = controls.selected(model);
    if (row == null) {
      add("this connection has ended; Esc goes back");
      return;
    }
    fact("connection", String.valueOf(row.id()));
    fact("user", row.user());
    fact("client", row.client());
    fact("command", row.command());
    fact("destination", row.destination());
    fact("rule", row.rule());
    fact("reply", row.reply() < 0 ? "-" : String.format(Locale.ROOT, "%02X", row.reply()));
    fact("up", Words.size(row.up()) + ", " + Words.size(row.upRate()) + "/s");
    fact("down", Words.size(row.down()) + ", " + Words.size(row.downRate()) + "/s");
    fact("since", Instant.ofEpochMilli(row.startedMillis()).toString());
    fact("open for", Words.age(now.wallMillis() - row.startedMillis()));
    fact("idle for", Words.age(now.since(row.moved())));
  }

  private void fact(String name, String value) {
    add("  " + Words.fitted(name, 13, false) + shown(value, width - 15));
  }

  private void help() {
    List.of(
            "  up, down, page up, page down, home, end   select a connection",
            "  left, right or < > s                      sort by another column",
            "  r                                         reverse the order",
            "  /                                         filter: words, or user:ana to:example",
            "                                            from:192.0.2 port:443 rule:3",
            "  p or space                                pause, and go on",
            "  enter                                     details of the selected connection",
            "  k                                         end the selected connection",
            "  u or tab                                  users, and back",
            "  esc                                       back; no filter; nothing selected",
            "  q                                         quit")
        .forEach(this::add);
  }

  private void lastLine() {
    switch (controls.prompt()) {
      case FILTER ->
          add(
              "filter: "
                  + shown(controls.filter().text(), width - 40)
                  + "_  enter keeps it, esc does not",
              Line.Style.TITLE);
      case KILL -> add(question(), Line.Style.ALERT);
      case NONE ->
          add(
              controls.message().isEmpty()
                  ? "q quit ? help / filter s sort r reverse p pause enter details k end u users"
                  : controls.message());
    }
  }

  /** Foreign text, in so many columns at most. */
  private static String shown(String text, int columns) {
    return Words.cut(LogText.escaped(text), columns);
  }

  private String question() {
    Row row = controls.selected(model);
    if (row == null) {
      return "this connection has ended; any key goes on";
    }
    String before = "end connection " + row.id() + " of " + shown(row.user(), 20) + " to ";
    String after = "? y ends it, other keys do not";
    int room = Math.max(8, width - Words.columns(before) - after.length());
    return before + shown(row.destination(), room) + after;
  }
}
