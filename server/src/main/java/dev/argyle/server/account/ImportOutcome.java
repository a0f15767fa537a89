package dev.argyle.server.account;

import java.util.List;

/** What an import came to: all lines, or none. */
public sealed interface ImportOutcome {

  /**
   * All are there.
   *
   * @param unchanged accounts that were there before, with the same hash
   */
  record Imported(int added, int unchanged) implements ImportOutcome {}

  /** Nothing was imported. At most {@link LineProblem#MAX} problems are named. */
  record Rejected(List<LineProblem> problems) implements ImportOutcome {

    public Rejected {
      problems = List.copyOf(problems);
    }
  }

  /** Nothing was imported: there would be more than {@code max-users} accounts. */
  record Full(int maxUsers) implements ImportOutcome {}

  /** What is wrong with a line, without its hash. */
  record LineProblem(int number, String reason) {

    /** More are not kept. */
    public static final int MAX = 20;

    static void note(List<LineProblem> problems, int number, String reason) {
      if (problems.size() < MAX) {
        problems.add(new LineProblem(number, reason));
      }
    }
  }
}
