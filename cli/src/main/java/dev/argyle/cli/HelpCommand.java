package dev.argyle.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code argyle help}: what {@code -h} says, for those who write it as a command. */
@Command(
    name = "help",
    description = "Explains a command, or lists all of them.",
    footer = {"", "Example: argyle help ctl kill"})
final class HelpCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "COMMAND",
      completionCandidates = Commands.class,
      description = "The command to explain.")
  private List<String> command = new ArrayList<>();

  @Mixin
  @SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli sets and reads it
  private HelpOptions help;

  /** For completion. */
  static final class Commands extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    Commands() {
      super(Main.commandNames());
    }
  }

  @Override
  public Integer call() {
    List<String> arguments = new ArrayList<>(command);
    arguments.add("-h");
    String[] all = arguments.toArray(new String[0]);
    CommandLine asked = Main.commandLine(all);
    asked.setOut(spec.commandLine().getOut());
    asked.setErr(spec.commandLine().getErr());
    return asked.execute(all);
  }
}
