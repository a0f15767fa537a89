package dev.argyle.cli;

import dev.argyle.server.account.DataProblem;
import dev.argyle.server.backup.Restore;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code argyle restore}: a data directory out of a backup. */
@Command(
    name = "restore",
    description = "Restores a data directory from a backup, while no server uses it.",
    footer = {
      "",
      "The backup is unpacked and checked before anything is replaced. Backups of older versions",
      "are accepted, those of newer ones refused. If root restores, the files belong to the owner",
      "of the directory.",
      "Example: argyle restore --data /var/lib/argyle /srv/backups/argyle.zip"
    })
final class RestoreCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Parameters(
      paramLabel = "FILE",
      description = "A file that argyle backup has written; - means standard input.")
  @SuppressWarnings("NullAway.Init") // required
  private Path file;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = Defaults.DIRECTORY + "; created if it is missing.")
  private @Nullable Path data;

  @Option(
      names = "--force",
      description =
          "Replaces what is in the directory: accounts, usage, history and admin.secret are lost.")
  private boolean force;

  @Mixin
  @SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli sets and reads it
  private HelpOptions help;

  private final InputStream in;

  RestoreCommand() {
    this(System.in);
  }

  RestoreCommand(InputStream in) {
    this.in = in;
  }

  @Override
  public Integer call() {
    try {
      Restore restore = new Restore(Defaults.data(data), force);
      Restore.Done done =
          file.toString().equals("-") ? restore.from(in, "standard input") : restore.from(file);
      spec.commandLine()
          .getOut()
          .println(
              "restored "
                  + done.accounts()
                  + (done.accounts() == 1 ? " account" : " accounts")
                  + ", as of "
                  + done.created()
                  + ", written by argyle "
                  + done.version());
      spec.commandLine().getOut().flush();
      return 0;
    } catch (DataProblem problem) {
      spec.commandLine().getErr().println("argyle: " + problem.getMessage());
      return 1;
    }
  }
}
