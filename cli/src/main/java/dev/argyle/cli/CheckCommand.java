package dev.argyle.cli;

import dev.argyle.server.HostCheck;
import dev.argyle.server.config.ConfigProblem;
import dev.argyle.server.config.Configuration;
import dev.argyle.server.config.ConfigurationPrinter;
import dev.argyle.server.config.ConfigurationReader;
import dev.argyle.server.config.Given;
import dev.argyle.server.config.Read;
import dev.argyle.server.list.Lists;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code argyle check}: what is wrong with a configuration, or all of it with every default. */
@Command(
    name = "check",
    description = "Checks a configuration: reports every error, or prints it with all defaults.",
    footer = {
      "",
      "Warnings go to standard error: what is allowed but seldom meant, and what this host lacks,",
      "such as a folder, an address or SCTP. With warnings alone the exit code is 0."
    })
final class CheckCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = Defaults.CONFIGURATION + ".")
  private @Nullable Path given;

  @Mixin
  @SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli sets and reads it
  private HelpOptions help;

  @Override
  public Integer call() {
    CommandLine command = spec.commandLine();
    Path file = Defaults.requiredConfiguration(spec, given);
    return switch (ConfigurationReader.read(file)) {
      case Read.Ok(Configuration configuration, Given given) -> {
        List<String> wrong = Lists.problems(configuration.listFiles());
        if (!wrong.isEmpty()) {
          wrong.forEach(problem -> command.getErr().println(file + ": " + problem));
          yield CommandLine.ExitCode.USAGE;
        }
        given.warnings().forEach(warning -> command.getErr().println("warning: " + warning));
        HostCheck.warnings(configuration, given)
            .forEach(warning -> command.getErr().println("warning: " + file + ": " + warning));
        command.getOut().print(ConfigurationPrinter.print(configuration));
        command.getOut().flush();
        yield CommandLine.ExitCode.OK;
      }
      case Read.Wrong(List<ConfigProblem> problems) -> {
        problems.forEach(command.getErr()::println);
        yield CommandLine.ExitCode.USAGE;
      }
    };
  }
}
