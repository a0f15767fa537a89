package dev.argyle.cli;

import dev.argyle.server.account.DataDirectory;
import dev.argyle.server.account.DataProblem;
import dev.argyle.server.backup.Backup;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code argyle backup}: a data directory in one file. */
@Command(
    name = "backup",
    description = "Writes a backup of a data directory, whether a server runs or not.",
    footer = {
      "",
      "The backup has the accounts, the usage, the history and admin.secret, so keep it secret. It",
      "has neither the configuration nor what that names: certificates, keytab, logs. It is a ZIP",
      "archive with checksums. If the backup fails, FILE is not written, or stays as it was.",
      "Example: argyle backup --data /var/lib/argyle /srv/backups/argyle.zip"
    })
final class BackupCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Parameters(
      paramLabel = "FILE",
      description = "The file to write, with mode 0600; - means standard output.")
  @SuppressWarnings("NullAway.Init") // required
  private Path file;

  @Option(names = "--data", paramLabel = "DIR", description = Defaults.DIRECTORY + ".")
  private @Nullable Path given;

  @Option(names = "--force", description = "Replaces FILE if it exists.")
  private boolean force;

  @Mixin
  @SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli sets and reads it
  private HelpOptions help;

  private final OutputStream out;

  BackupCommand() {
    this(new FileOutputStream(FileDescriptor.out)); // whose failures are told, unlike System.out's
  }

  BackupCommand(OutputStream out) {
    this.out = out;
  }

  @Override
  public Integer call() {
    Path data = Defaults.data(given);
    try (Interruption _ = Interruption.ofThisThread()) { // SIGTERM leaves nothing behind
      DataDirectory.check(data);
      if (!DataDirectory.hasAccounts(data)) {
        return failed(
            data.toAbsolutePath().normalize()
                + ": there are no accounts here; give the server's directory with --data");
      }
      Backup backup = new Backup(data, HelpOptions.version());
      if (file.toString().equals("-")) {
        return toOutput(backup);
      }
      long octets = backup.write(file, force);
      spec.commandLine().getOut().println("wrote " + file + ", " + CtlOutput.size(octets));
      spec.commandLine().getOut().flush();
      return 0;
    } catch (DataProblem problem) {
      return failed(String.valueOf(problem.getMessage()));
    }
  }

  private int toOutput(Backup backup) throws DataProblem {
    if (CtlOutput.isOnTerminal()) {
      return failed("-: standard output is a terminal; send it to a file or a pipe");
    }
    backup.write(out);
    return 0;
  }

  private int failed(String words) {
    spec.commandLine().getErr().println("argyle: " + words);
    return 1;
  }
}
