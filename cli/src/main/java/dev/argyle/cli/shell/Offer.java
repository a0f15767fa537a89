package dev.argyle.cli.shell;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.ArgSpec;

/** What a shell offers as the value of an option, or as an argument. */
sealed interface Offer {

  /** Nothing: the value is a name, a number or an address. */
  record Nothing() implements Offer {}

  record Files() implements Offer {}

  record Folders() implements Offer {}

  /** One of these. */
  record Words(List<String> words) implements Offer {
    public Words {
      words = List.copyOf(words);
    }
  }

  /** Some of these, with commas between. */
  record Several(List<String> words) implements Offer {
    public Several {
      words = List.copyOf(words);
    }
  }

  /**
   * By what the help says: choices are written {@code table|json}, a folder is a {@code DIR}, and
   * where the label is no choice the command names the candidates.
   */
  static Offer of(ArgSpec argument) {
    String label = argument.paramLabel();
    Iterable<String> candidates = argument.completionCandidates();
    if (candidates != null && argument.typeInfo().getEnumConstantNames().isEmpty()) {
      List<String> words = new ArrayList<>();
      candidates.forEach(words::add);
      return candidates instanceof CommaList ? new Several(words) : new Words(words);
    }
    if (label.matches("[a-z0-9-]+(\\|[a-z0-9-]+)+")) {
      return new Words(List.of(label.split("\\|")));
    }
    if (argument.type() == Path.class) {
      return label.equals("DIR") ? new Folders() : new Files();
    }
    return new Nothing();
  }
}
