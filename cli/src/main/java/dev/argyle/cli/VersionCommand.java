package dev.argyle.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code argyle version}: what {@code -v} says, for those who write it as a command. */
@Command(name = "version", description = "Prints the version.")
final class VersionCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin
  @SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli sets and reads it
  private HelpOptions help;

  @Override
  public Integer call() {
    spec.commandLine().printVersionHelp(spec.commandLine().getOut());
    return CommandLine.ExitCode.OK;
  }
}
