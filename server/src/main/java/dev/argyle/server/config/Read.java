package dev.argyle.server.config;

import java.util.List;

/** What reading the configuration gave. */
public sealed interface Read {

  /**
   * All of it is right.
   *
   * @param given what the file itself says, and what to warn of
   */
  record Ok(Configuration configuration, Given given) implements Read {}

  /**
   * Something is wrong, and nothing of it may be used.
   *
   * @param problems at least one; in the order of the file
   */
  record Wrong(List<ConfigProblem> problems) implements Read {
    public Wrong {
      problems = List.copyOf(problems);
    }
  }
}
