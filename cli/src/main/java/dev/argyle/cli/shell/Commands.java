package dev.argyle.cli.shell;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What both scripts need to know of the commands. */
final class Commands {

  private Commands() {}

  /** A command and all below it, each before its own. */
  static List<CommandSpec> all(CommandSpec root) {
    List<CommandSpec> found = new ArrayList<>();
    found.add(root);
    for (CommandLine below : root.subcommands().values()) {
      found.addAll(all(below.getCommandSpec()));
    }
    return found;
  }

  /** In the order of the help. */
  static List<OptionSpec> options(CommandSpec command) {
    return command.options().stream()
        .filter(option -> !option.hidden())
        .sorted(Comparator.comparingInt(OptionSpec::order))
        .toList();
  }

  static boolean takesValue(OptionSpec option) {
    return option.arity().max() > 0;
  }

  /** The first sentence, without its full stop. */
  static String summary(String... description) {
    String text = String.join(" ", description);
    int end = text.indexOf(". ");
    String first = end < 0 ? text : text.substring(0, end);
    return first.endsWith(".") ? first.substring(0, first.length() - 1) : first;
  }
}
