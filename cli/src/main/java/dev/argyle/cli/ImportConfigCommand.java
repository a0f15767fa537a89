package dev.argyle.cli;

import dev.argyle.cli.migrate.Dante;
import dev.argyle.cli.migrate.ThreeProxy;
import dev.argyle.cli.migrate.Translation;
import dev.argyle.server.config.FileFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code argyle import-config}: another server's configuration as ours. */
@Command(
    name = "import-config",
    description = "Translates the configuration of dante or 3proxy, and prints it.",
    footer = {
      "",
      "The result allows nothing that the original did not. Comments at its beginning name every",
      "statement that was not translated, with its line and what to do instead; passwords are not",
      "repeated. Exit codes: 0 if everything was translated, 1 if something was left out (the"
          + " result",
      "is printed all the same), 2 if FILE cannot be read.",
      "Example: argyle import-config --from dante /etc/danted.conf > argyle.yaml"
    })
final class ImportConfigCommand implements Callable<Integer> {

  /** Larger files are no configuration. */
  private static final long MAX_OCTETS = 8 << 20;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "dante|3proxy",
      description = "Whose configuration it is.")
  @SuppressWarnings("NullAway.Init") // required
  private String from;

  @Parameters(paramLabel = "FILE", description = "The configuration to translate.")
  @SuppressWarnings("NullAway.Init") // required
  private Path file;

  @Mixin
  @SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli sets and reads it
  private HelpOptions help;

  @Override
  public Integer call() {
    if (!from.equals("dante") && !from.equals("3proxy")) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--from: must be dante or 3proxy, not " + from);
    }
    List<String> lines;
    try {
      if (Files.size(file) > MAX_OCTETS) {
        return unreadable("longer than 8 MiB, so it is no configuration");
      }
      lines = new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException failed) {
      return unreadable(FileFailure.advised(failed, "name another file"));
    }
    String name = String.valueOf(file.getFileName());
    Translation translation =
        from.equals("dante") ? Dante.translate(name, lines) : ThreeProxy.translate(name, lines);
    String refusal = translation.refusal();
    if (refusal != null) {
      spec.commandLine().getErr().println("argyle: " + refusal + "; nothing was translated");
      return CommandLine.ExitCode.USAGE;
    }
    spec.commandLine().getOut().print(translation.yaml());
    spec.commandLine().getOut().flush();
    int left = translation.leftOut();
    if (left > 0) {
      spec.commandLine()
          .getErr()
          .println(
              "argyle: "
                  + (left == 1 ? "1 statement was" : left + " statements were")
                  + " not translated; the comments at the beginning name each");
      return CommandLine.ExitCode.SOFTWARE;
    }
    return CommandLine.ExitCode.OK;
  }

  private int unreadable(String why) {
    spec.commandLine().getErr().println("argyle: " + file + ": " + why);
    return CommandLine.ExitCode.USAGE;
  }
}
