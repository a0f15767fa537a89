package dev.argyle.cli;

import picocli.CommandLine;

/**
 * Makes objects for picocli as picocli does, whose factory is loaded with the first of them: it
 * looks for Groovy, and so through every jar. A server's start needs none.
 */
enum Making implements CommandLine.IFactory {
  ON_DEMAND;

  @Override
  public <K> K create(Class<K> type) throws Exception {
    return CommandLine.defaultFactory().create(type);
  }
}
