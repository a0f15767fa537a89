package dev.argyle.cli.top;

import java.util.Comparator;
import java.util.function.BiFunction;

/**
 * A column of the table of connections: by these it can be sorted, and the wider the screen, the
 * more of them there are.
 */
enum Column {
  ID("ID", 7, true, 0, Comparator.comparingLong(Row::id), (row, now) -> String.valueOf(row.id())),
  USER("USER", 12, false, 0, Comparator.comparing(Row::user), (row, now) -> row.user()),
  CLIENT("CLIENT", 21, false, 110, Comparator.comparing(Row::client), (row, now) -> row.client()),
  COMMAND(
      "COMMAND", 7, false, 130, Comparator.comparing(Row::command), (row, now) -> row.command()),
  DESTINATION(
      "DESTINATION",
      0,
      false,
      0,
      Comparator.comparing(Row::destination),
      (row, now) -> row.destination()),
  RULE("RULE", 24, false, 150, Comparator.comparing(Row::rule), (row, now) -> row.rule()),
  UP_RATE(
      "UP/s",
      7,
      true,
      100,
      Comparator.comparingLong(Row::upRate),
      (row, now) -> rate(row.upRate())),
  DOWN_RATE(
      "DOWN/s",
      7,
      true,
      100,
      Comparator.comparingLong(Row::downRate),
      (row, now) -> rate(row.downRate())),
  RATE("BOTH/s", 7, true, 0, Comparator.comparingLong(Row::rate), (row, now) -> rate(row.rate())),
  UP("UP", 7, true, 0, Comparator.comparingLong(Row::up), (row, now) -> Words.size(row.up())),
  DOWN(
      "DOWN",
      7,
      true,
      0,
      Comparator.comparingLong(Row::down),
      (row, now) -> Words.size(row.down())),
  AGE(
      "AGE",
      6,
      true,
      0,
      Comparator.comparingLong(Row::startedMillis).reversed(),
      (row, now) -> Words.age(now.wallMillis() - row.startedMillis())),
  IDLE(
      "IDLE",
      6,
      true,
      120,
      Comparator.<Row>comparingLong(row -> row.moved().steadyMillis()).reversed(),
      (row, now) -> Words.age(now.since(row.moved())));

  private final String title;
  private final int width;
  private final boolean right;
  private final int fromWidth;
  private final Comparator<Row> order;
  private final BiFunction<Row, Moment, String> cell;

  Column(
      String title,
      int width,
      boolean right,
      int fromWidth,
      Comparator<Row> order,
      BiFunction<Row, Moment, String> cell) {
    this.title = title;
    this.width = width;
    this.right = right;
    this.fromWidth = fromWidth;
    this.order = order;
    this.cell = cell;
  }

  private static String rate(long octets) {
    return octets == 0 ? "" : Words.size(octets);
  }

  String title() {
    return title;
  }

  /** 0: what is left of the screen. */
  int width() {
    return width;
  }

  boolean isRight() {
    return right;
  }

  /** Whether a screen of this width has it. */
  boolean isOn(int screenWidth) {
    return screenWidth >= fromWidth;
  }

  /** Ascending; equal ones by number. */
  Comparator<Row> order() {
    return order.thenComparingLong(Row::id);
  }

  /** Whether the greatest is first, unless somebody reverses it. */
  boolean isGreatestFirst() {
    return switch (this) {
      case UP_RATE, DOWN_RATE, RATE, UP, DOWN, AGE, IDLE -> true;
      case ID, USER, CLIENT, COMMAND, DESTINATION, RULE -> false;
    };
  }

  String cell(Row row, Moment now) {
    return cell.apply(row, now);
  }
}
