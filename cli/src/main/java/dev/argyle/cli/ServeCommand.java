package dev.argyle.cli;

import dev.argyle.server.ArgyleServer;
import dev.argyle.server.Launch;
import dev.argyle.server.StartFailure;
import dev.argyle.server.config.ConfigurationSource;
import dev.argyle.server.config.Endpoint;
import dev.argyle.server.config.Overrides;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code argyle serve}: runs the server until it is told to stop. */
@Command(
    name = "serve",
    customSynopsis = {
      "argyle serve [-c FILE] [--data DIR] [-l ADDR] [-p PORT] [-L ADDR] [-P PORT]",
      "             [-u NAME:PASSWORD]... [-N] [-h] [-v]"
    },
    description = "Runs the server until SIGTERM. SIGHUP reads the configuration again.")
final class ServeCommand implements Callable<Integer> {

  private static final int MAX_CREDENTIAL_OCTETS = 255; // RFC 1929, section 2

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The configuration file, YAML. Without it, every setting has its default.")
  private @Nullable Path file;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "./data",
      description =
          "Directory of accounts, secrets and endpoints.json; ${DEFAULT-VALUE} unless given.")
  private Path data = Path.of("data");

  @Option(
      names = "-l",
      paramLabel = "ADDR",
      description = "Address of the SOCKS listener; 127.0.0.1 unless given here or in FILE.")
  private @Nullable String socksHost;

  @Option(
      names = "-p",
      paramLabel = "PORT",
      description =
          "Port of the SOCKS listener, 0 for a free one; 1080 unless given here or in FILE.")
  private @Nullable String socksPort;

  @Option(
      names = "-L",
      paramLabel = "ADDR",
      description =
          "Address of the MASS (TCP), FEED (SCTP) and Bottler (UDP) listeners; 127.0.0.1 unless given"
              + " here or in FILE.")
  private @Nullable String managementHost;

  @Option(
      names = "-P",
      paramLabel = "PORT",
      description =
          "Port of these listeners, 0 for a free one each; 8080 unless given here or in FILE.")
  private @Nullable String managementPort;

  @Option(
      names = "-u",
      paramLabel = "NAME:PASSWORD",
      description =
          "Adds a user for this run only, in memory; may be repeated. Only for tests: other users of"
              + " this machine can read the password. For permanent users, see argyle users.")
  private List<String> users = new ArrayList<>();

  @Option(names = "-N", description = "Keeps dissectors off, whatever the configuration says.")
  private boolean noDissectors;

  @Mixin
  @SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli sets and reads it
  private HelpOptions help;

  @Override
  public Integer call() {
    Launch launch = launch();
    try {
      return ArgyleServer.run(launch);
    } catch (StartFailure failure) {
      // problems of the configuration begin with their file
      String whose = failure.exitCode() == 1 ? "argyle: " : "";
      spec.commandLine().getErr().println(whose + failure.getMessage());
      return failure.exitCode();
    }
  }

  /** What the options ask for. Throws ParameterException, naming the option that is wrong. */
  Launch launch() {
    Overrides overrides =
        new Overrides(
            host("-l", socksHost),
            port("-p", socksPort),
            host("-L", managementHost),
            port("-P", managementPort),
            noDissectors);
    return new Launch(new ConfigurationSource(file, overrides), data, users());
  }

  private @Nullable String host(String option, @Nullable String value) {
    try {
      return value == null ? null : Endpoint.parseHost(value);
    } catch (IllegalArgumentException wrong) {
      throw wrong(option + " " + value + ": " + wrong.getMessage());
    }
  }

  private @Nullable Integer port(String option, @Nullable String value) {
    try {
      return value == null ? null : Endpoint.parsePort(value);
    } catch (IllegalArgumentException wrong) {
      throw wrong(option + " " + value + ": " + wrong.getMessage());
    }
  }

  /** Values of {@code -u} are not repeated: they hold passwords. */
  private List<Launch.User> users() {
    List<Launch.User> read = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (String user : users) {
      int colon = user.indexOf(':');
      String name = user.substring(0, Math.max(colon, 0));
      String password = user.substring(colon + 1);
      if (colon < 0 || !fits(name) || !fits(password)) {
        throw wrong("-u: takes NAME:PASSWORD, each of 1 to 255 bytes");
      }
      if (!names.add(name)) {
        throw wrong("-u: " + name + " is given twice");
      }
      read.add(new Launch.User(name, password));
    }
    return read;
  }

  private static boolean fits(String credential) {
    int octets = credential.getBytes(StandardCharsets.UTF_8).length;
    return octets >= 1 && octets <= MAX_CREDENTIAL_OCTETS;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
