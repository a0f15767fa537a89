package dev.argyle.cli;

import dev.argyle.cli.shell.BashScript;
import dev.argyle.cli.shell.ZshScript;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code argyle completion}: a script that lets the shell complete commands and options. */
@Command(
    name = "completion",
    description = "Prints a script that completes commands and options in bash or zsh.",
    footer = {
      "",
      "A package of Argyle has installed both. Otherwise: source <(argyle completion bash)"
    })
final class CompletionCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Parameters(paramLabel = "bash|zsh", description = "The shell.")
  @SuppressWarnings("NullAway.Init") // required
  private String shell;

  @Mixin
  @SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli sets and reads it
  private HelpOptions help;

  @Override
  public Integer call() {
    if (!shell.equals("bash") && !shell.equals("zsh")) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "completion: must be bash or zsh, not " + shell);
    }
    PrintWriter out = spec.commandLine().getOut();
    CommandSpec all = Main.commandLine().getCommandSpec();
    out.print(shell.equals("bash") ? BashScript.of(all) : ZshScript.of(all));
    out.flush();
    return CommandLine.ExitCode.OK;
  }
}
