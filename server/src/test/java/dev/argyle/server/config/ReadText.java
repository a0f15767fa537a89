package dev.argyle.server.config;

import java.util.List;

/** A configuration that a test has written out, read as the file {@code argyle.yaml}. */
final class ReadText {

  private ReadText() {}

  /** What is wrong with it, as an operator is told; nothing: it is right. */
  static List<String> problems(String text) {
    return switch (ConfigurationReader.read("argyle.yaml", text)) {
      case Read.Ok _ -> List.of();
      case Read.Wrong(List<ConfigProblem> problems) ->
          problems.stream().map(ConfigProblem::toString).toList();
    };
  }
}
