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
      default -> invalid(mistake);
    };
  }

  private static String unmatched(UnmatchedArgumentException mistake) {
    CommandLine where = mistake.getCommandLine();
    boolean secrets = where.getCommandSpec().name().equals("serve");
    String argument = mistake.getUnmatched().getFirst();
    if (secrets && !mistake.isUnknownOption()) { // it may be what was meant to follow -u
      return "serve: takes no arguments, only options; -u NAME:PASSWORD is given once for each user";
    }
    if (secrets) {
      argument = withoutValue(argument);
    }
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

  /** A value of the wrong type: picocli would name Java's types. */
  private static String invalid(ParameterException mistake) {
    ArgSpec argument = mistake.getArgSpec();
    String value = mistake.getValue();
    if (argument == null || value == null) {
      return String.valueOf(mistake.getMessage());
    }
    Class<?> type = argument.type();
    if (type == boolean.class || type == Boolean.class) {
      return name(argument) + ": takes no value";
    }
    if (type == long.class || type == int.class || type == Integer.class) {
      return name(argument)
          + (value.matches("[0-9]+") ? ": is too large: " : ": must be a whole number, not ")
          + value;
    }
    return String.valueOf(mistake.getMessage());
  }

  /** Of {@code --user=ana:secret} and {@code -Uana:secret} the option alone. */
  private static String withoutValue(String option) {
    int equals = option.indexOf('=');
    return !option.startsWith("--") && option.length() > 2
        ? option.substring(0, 2)
        : equals > 0 ? option.substring(0, equals) : option;
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

  /** A class or a library could not be loaded. */
  static int notLoaded(LinkageError missing, CommandLine command) {
    command
        .getErr()
        .println(
            "argyle: a part of the program could not be loaded"
                + file(missing)
                + "; raise the limit of open files (ulimit -n) if it is low, or install Argyle again");
    return CommandLine.ExitCode.SOFTWARE;
  }

  /** Which library, if Java names its file; else its message names a class, which helps nobody. */
  private static String file(LinkageError missing) {
    String message = missing.getMessage();
    return missing instanceof UnsatisfiedLinkError && message != null && message.startsWith("/")
        ? " (" + message + ")"
        : "";
  }

  /** An exception that no command expected: ours, so all of it is shown. */
  static int bug(Exception bug, CommandLine command, ParseResult result) {
    PrintWriter err = command.getErr();
    err.println("argyle: this is a bug; please report it with the lines below");
    bug.printStackTrace(err);
    return CommandLine.ExitCode.SOFTWARE;
  }
}
