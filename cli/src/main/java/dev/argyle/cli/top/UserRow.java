package dev.argyle.cli.top;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A user's open connections, added up; who moves most is first. */
record UserRow(String user, int connections, long upRate, long downRate, long up, long down) {

  private static final int FIGURE = 11;

  static List<UserRow> of(List<Row> rows) {
    Map<String, UserRow> users = new TreeMap<>();
    for (Row row : rows) {
      users.merge(
          row.user(),
          new UserRow(row.user(), 1, row.upRate(), row.downRate(), row.up(), row.down()),
          UserRow::plus);
    }
    List<UserRow> sorted = new ArrayList<>(users.values());
    sorted.sort(
        Comparator.comparingLong((UserRow one) -> one.upRate + one.downRate)
            .thenComparingInt(UserRow::connections)
            .reversed());
    return sorted;
  }

  private UserRow plus(UserRow other) {
    return new UserRow(
        user,
        connections + other.connections,
        upRate + other.upRate,
        downRate + other.downRate,
        up + other.up,
        down + other.down);
  }

  String line(int width) {
    return line(
        user,
        String.valueOf(connections),
        Words.size(upRate),
        Words.size(downRate),
        Words.size(up),
        Words.size(down),
        width);
  }

  static String line(
      String user,
      String connections,
      String upRate,
      String downRate,
      String up,
      String down,
      int width) {
    StringBuilder line =
        new StringBuilder(" ").append(Words.fitted(user, width - 2 - 5 * (FIGURE + 1), false));
    for (String figure : List.of(connections, upRate, downRate, up, down)) {
      line.append(' ').append(Words.fitted(figure, FIGURE, true));
    }
    return line.toString();
  }
}
