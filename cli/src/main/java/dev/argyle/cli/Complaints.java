package dev.argyle.cli;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What is said when a command cannot do what it was asked: one line, {@code argyle: OPTION: what is
 * wrong; what would be right}. Values are repeated, but never those of {@code -u}.
 */
final class Complaints {

  private Complaints() {}

  /** A mistake in the arguments. */
  static int wrongUsage(ParameterException mistake, String[] arguments) {
    CommandLine command = mistake.getCommandLine();
    command.getErr().println("argyle: " + message(mistake));
    return CommandLine.ExitCode.USAGE;
  }

  private static String message(ParameterException mistake) {
    return switch (mistake) {
      case UnmatchedArgumentException unmatched -> unmatched(unmatched);
      case MissingParameterException missing -> missing(missing.getMissing());
      case OverwrittenOptionException twice -> name(twice.getOverwritten()) + ": is given twice";
      default -> String.valueOf(mistake.getMessage());
    };
  }

  private static String unmatched(UnmatchedArgumentException mistake) {
    String argument = mistake.getUnmatched().getFirst();
    boolean command =
        !mistake.isUnknownOption() && !mistake.getCommandLine().getSubcommands().isEmpty();
    String kind = mistake.isUnknownOption() ? "option" : command ? "command" : "argument";
    List<String> meant = mistake.getSuggestions();
    return argument
        + ": unknown "
        + kind
        + (meant.isEmpty() ? "" : "; did you mean " + String.join(" or ", meant) + "?")
        + "; see "
        + mistake.getCommandLine().getCommandSpec().qualifiedName()
        + " -h";
  }

  private static String missing(List<ArgSpec> missing) {
    return String.join(
        ", ", missing.stream().map(argument -> named(argument) + ": is missing").toList());
  }

  private static String named(ArgSpec argument) {
    return argument instanceof OptionSpec
        ? name(argument) + " " + argument.paramLabel()
        : argument.paramLabel();
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.names()[0] : argument.paramLabel();
  }

  /** An exception that no command expected: ours, so all of it is shown. */
  static int bug(Exception bug, CommandLine command, ParseResult result) {
    PrintWriter err = command.getErr();
    err.println("argyle: this is a bug; please report it with the lines below");
    bug.printStackTrace(err);
    return CommandLine.ExitCode.SOFTWARE;
  }
}
