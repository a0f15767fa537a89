package dev.argyle.cli.top;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * Which rows are shown: each word must be found somewhere in a row, or, with {@code user:}, {@code
 * to:}, {@code from:}, {@code port:} or {@code rule:} before it, there. Pure.
 *
 * @param text as it was typed; empty: all rows
 */
record Filter(String text) {

  static final Filter ALL = new Filter("");

  /** Characters; a longer one is not taken. */
  static final int LONGEST = 200;

  boolean isEmpty() {
    return text.isBlank();
  }

  /** Those that are wanted, in their order. */
  List<Row> of(List<Row> rows) {
    if (isEmpty()) {
      return rows;
    }
    List<Predicate<Row>> words =
        Arrays.stream(text.strip().toLowerCase(Locale.ROOT).split("\\s+"))
            .map(Filter::word)
            .toList();
    return rows.stream().filter(row -> words.stream().allMatch(word -> word.test(row))).toList();
  }

  private static Predicate<Row> word(String word) {
    int colon = word.indexOf(':');
    String value = word.substring(colon + 1);
    return switch (colon < 0 ? "" : word.substring(0, colon)) {
      case "user" -> row -> row.user().toLowerCase(Locale.ROOT).equals(value);
      case "to" -> row -> found(row.destination(), value);
      case "from" -> row -> found(row.client(), value);
      case "port" -> row -> row.destination().endsWith(":" + value);
      case "rule" -> row -> found(row.rule(), value);
      default ->
          row ->
              found(row.user(), word)
                  || found(row.client(), word)
                  || found(row.destination(), word)
                  || found(row.command(), word)
                  || String.valueOf(row.id()).equals(word);
    };
  }

  private static boolean found(String in, String what) {
    return in.toLowerCase(Locale.ROOT).contains(what);
  }
}
