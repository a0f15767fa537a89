package dev.argyle.cli.shell;

import java.util.Iterator;
import java.util.List;

/** Candidates of a value that may hold several of them, with commas between. */
public record CommaList(List<String> words) implements Iterable<String> {

  public CommaList {
    words = List.copyOf(words);
  }

  @Override
  public Iterator<String> iterator() {
    return words.iterator();
  }
}
