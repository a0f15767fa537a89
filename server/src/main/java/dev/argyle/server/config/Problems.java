package dev.argyle.server.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/** The problems of one file, collected while it is read. For one thread. */
final class Problems {

  /**
   * Written out: those of {@code Comparator.comparingInt} can be serialised, so the AOT cache has
   * no code for them, and every start would make it.
   */
  private static final Comparator<ConfigProblem> BY_PLACE =
      (one, other) ->
          one.line() != other.line()
              ? Integer.compare(one.line(), other.line())
              : Integer.compare(one.column(), other.column());

  /** Further problems are only counted. */
  static final int MOST_KEPT = 1000;

  private final String file;
  private final List<ConfigProblem> kept = new ArrayList<>();
  private int more;

  Problems(String file) {
    this.file = file;
  }

  void add(Node at, String key, String message) {
    add(at.getStartMark(), key, message);
  }

  void add(Optional<Mark> at, String key, String message) {
    int line = at.map(Mark::getLine).orElse(-1) + 1; // marks count from 0
    int column = at.map(Mark::getColumn).orElse(-1) + 1;
    add(new ConfigProblem(file, line, column, key, message));
  }

  void add(ConfigProblem problem) {
    if (kept.size() < MOST_KEPT) {
      kept.add(problem);
    } else {
      more++;
    }
  }

  boolean isEmpty() {
    return kept.isEmpty();
  }

  String file() {
    return file;
  }

  /** In the order of the file. */
  List<ConfigProblem> inOrder() {
    List<ConfigProblem> sorted = new ArrayList<>(kept);
    sorted.sort(BY_PLACE);
    if (more > 0) {
      sorted.add(ConfigProblem.ofFile(file, "and " + more + " more problems"));
    }
    return sorted;
  }
}
