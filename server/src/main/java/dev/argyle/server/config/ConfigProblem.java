package dev.argyle.server.config;

/**
 * Something an operator has to put right.
 *
 * @param file the file, as it was named to us; or {@code argyle} for the command line
 * @param line from 1; 0: the whole file
 * @param column from 1; 0 where the line is
 * @param key path of the key, as in {@code rules[0].to[1]}, or an option; empty: none
 * @param message what is wrong and what would be right
 */
public record ConfigProblem(String file, int line, int column, String key, String message) {

  static ConfigProblem ofFile(String file, String message) {
    return new ConfigProblem(file, 0, 0, "", message);
  }

  /** One line: {@code argyle.yaml:12:9: rules[0].to[0]: "10.0.0.0/33" is not a network; ...}. */
  @Override
  public String toString() {
    String place = line == 0 ? file : file + ":" + line + ":" + column;
    return place + ": " + (key.isEmpty() ? "" : key + ": ") + message;
  }
}
