package dev.argyle.cli.shell;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The completion function for zsh: a function for each command, which tells {@code _arguments} its
 * options and arguments. It is for a folder of {@code fpath}, or to be read with {@code source}.
 */
public final class ZshScript {

  private static final String END =
      """
      if [[ $funcstack[1] == _argyle ]]; then
        _argyle "$@"
      else
        compdef _argyle argyle
      fi
      """;

  private ZshScript() {}

  /**
   * The script.
   *
   * @param root {@code argyle}, with all commands
   */
  public static String of(CommandSpec root) {
    StringBuilder out = new StringBuilder("#compdef argyle\n");
    out.append("# Completion of argyle in zsh, as argyle completion zsh prints it.\n\n");
    Commands.all(root).forEach(command -> out.append(function(command)));
    return out.append(END).toString();
  }

  private static String name(CommandSpec command) {
    return "_" + command.qualifiedName("_").replace('-', '_');
  }

  private static String function(CommandSpec command) {
    boolean group = !command.subcommands().isEmpty();
    StringBuilder out = new StringBuilder(name(command)).append("() {\n");
    if (group) {
      out.append("  local context state state_descr line curcontext=\"$curcontext\" ret=1\n");
      out.append("  typeset -A opt_args\n");
    }
    out.append("  _arguments ").append(group ? "-s -C" : "-s");
    Commands.options(command).forEach(option -> out.append(" \\\n    ").append(option(option)));
    if (group) {
      out.append(" \\\n    '1: :->command' \\\n    '*::: :->arguments' && ret=0\n");
      out.append(commands(command));
    } else {
      command
          .positionalParameters()
          .forEach(argument -> out.append(" \\\n    ").append(argument(argument)));
      out.append('\n');
    }
    return out.append("}\n\n").toString();
  }

  private static String commands(CommandSpec command) {
    StringBuilder out = new StringBuilder("  case $state in\n    command)\n");
    out.append("      local -a commands=(\n");
    for (Map.Entry<String, CommandLine> below : command.subcommands().entrySet()) {
      CommandSpec spec = below.getValue().getCommandSpec();
      String words = Commands.summary(spec.usageMessage().description());
      out.append("        ").append(quoted(below.getKey() + ":" + words)).append('\n');
    }
    out.append("      )\n      _describe -t commands 'command' commands && ret=0\n      ;;\n");
    out.append("    arguments)\n      words=(\"$line[1]\" \"${words[@]}\")\n");
    out.append("      ((CURRENT += 1))\n      case $line[1] in\n");
    for (Map.Entry<String, CommandLine> below : command.subcommands().entrySet()) {
      out.append("        ").append(below.getKey()).append(") ");
      out.append(name(below.getValue().getCommandSpec())).append(" && ret=0 ;;\n");
    }
    return out.append("      esac\n      ;;\n  esac\n  return ret\n").toString();
  }

  private static String option(OptionSpec option) {
    String names = String.join(" ", option.names());
    boolean ends = option.usageHelp() || option.versionHelp(); // nothing else counts then
    boolean repeated = option.typeInfo().isMultiValue();
    String excluded = ends ? "(- : *)" : "(" + names + ")";
    String words = "[" + bracketed(Commands.summary(option.description())) + "]";
    String value = Commands.takesValue(option) ? ":" + value(option) : "";
    List<String> typed =
        Arrays.stream(option.names())
            .map(name -> value.isEmpty() || !name.startsWith("--") ? name : name + "=")
            .toList();
    String before = repeated ? "*" : excluded;
    return typed.size() == 1
        ? quoted(before + typed.getFirst() + words + value)
        : quoted(before) + "{" + String.join(",", typed) + "}" + quoted(words + value);
  }

  private static String argument(PositionalParamSpec argument) {
    boolean rest = argument.index().max() == Integer.MAX_VALUE;
    String number = rest ? "*" : String.valueOf(argument.index().min() + 1);
    boolean optional = !rest && argument.arity().min() == 0;
    return quoted(number + (optional ? "::" : ":") + value(argument));
  }

  /** {@code MESSAGE:ACTION}. */
  private static String value(ArgSpec argument) {
    String message = argument.paramLabel().replace(":", "\\:");
    return message
        + switch (Offer.of(argument)) {
          case Offer.Nothing() -> ": ";
          case Offer.Files() -> ":_files";
          case Offer.Folders() -> ":_files -/";
          case Offer.Words(List<String> words) -> ":(" + String.join(" ", words) + ")";
          case Offer.Several(List<String> words) ->
              ": _values -s , " + argument.paramLabel() + " " + String.join(" ", words);
        };
  }

  private static String bracketed(String words) {
    return words.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]");
  }

  private static String quoted(String words) {
    return "'" + words.replace("'", "'\\''") + "'";
  }
}
