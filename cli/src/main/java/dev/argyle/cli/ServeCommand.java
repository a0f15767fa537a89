package dev.argyle.cli;

import dev.argyle.cli.shell.CommaList;
import dev.argyle.server.ArgyleServer;
import dev.argyle.server.Launch;
import dev.argyle.server.StartFailure;
import dev.argyle.server.account.DataPlace;
import dev.argyle.server.config.ConfigurationSource;
import dev.argyle.server.config.DefaultPlaces;
import dev.argyle.server.config.Endpoint;
import dev.argyle.server.config.Overrides;
import dev.argyle.wire.socks.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** {@code argyle serve}: runs the server until it is told to stop. */
final class ServeCommand implements Callable<Integer> {

  private static final int MAX_CREDENTIAL_OCTETS = 255; // RFC 1929, section 2

  private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this, Making.ON_DEMAND);
  private final OptionSpec file =
      option(
          Path.class,
          "FILE",
          Defaults.CONFIGURATION + "; without any, every setting has its default.",
          "-c",
          "--config");
  private final OptionSpec data =
      option(
          Path.class,
          "DIR",
          "Directory of accounts, secrets and endpoints.json. Unless given, for a service of"
              + " systemd $STATE_DIRECTORY; otherwise ./data if a server has used it; otherwise for"
              + " root /var/lib/argyle, if a server has used it, or ./data, and for others"
              + " $XDG_STATE_HOME/argyle (~/.local/state/argyle).",
          "--data");
  private final OptionSpec socksHost =
      option(
          String.class,
          "ADDR",
          "Address of the SOCKS listener; 127.0.0.1 unless given here or in FILE.",
          "-l",
          "--listen");
  private final OptionSpec socksPort =
      option(
          String.class,
          "PORT",
          "Port of the SOCKS listener, 0 for a free one; 1080 unless given here or in FILE.",
          "-p",
          "--port");
  private final OptionSpec authentication =
      option(
          String.class,
          "METHODS",
          "Who may use the SOCKS listener: password, none, gssapi, or several with commas between,"
              + " in order of preference; as socks.authentication in FILE.",
          new CommaList(List.of("password", "none", "gssapi")),
          "--authentication");
  private final OptionSpec managementHost =
      option(
          String.class,
          "ADDR",
          "Address of the MASS (TCP), FEED (SCTP), Bottler (UDP) and HTTP listeners; 127.0.0.1"
              + " unless given here or in FILE.",
          "-L",
          "--management-listen");
  private final OptionSpec managementPort =
      option(
          String.class,
          "PORT",
          "Port of these listeners, and the next one for HTTP; 0 for a free one each; 8080 unless"
              + " given here or in FILE.",
          "-P",
          "--management-port");
  private final OptionSpec users =
      option(
          String[].class,
          "NAME:PASSWORD",
          "Adds a user for this run only, in memory; may be repeated. Only for tests: other users"
              + " of this machine can read the password. For permanent users, see argyle users.",
          "-u",
          "--user");
  private final OptionSpec noDissectors =
      option(
          boolean.class,
          null,
          "Keeps dissectors off, whatever the configuration says.",
          "-N",
          "--no-dissectors");

  ServeCommand() {
    spec.name("serve");
    spec.usageMessage()
        .customSynopsis(
            "argyle serve [-c FILE] [--data DIR] [-l ADDR] [-p PORT] [-L ADDR] [-P PORT]",
            "             [--authentication METHODS] [-u NAME:PASSWORD]... [-N] [-h] [-v]")
        .description(
            "Runs the server until SIGTERM. SIGHUP reads the configuration again, SIGUSR1 opens the"
                + " log files again.");
    HelpOptions.addTo(spec);
  }

  /** What picocli needs to know of it. */
  CommandSpec spec() {
    return spec;
  }

  private OptionSpec option(
      Class<?> type, @Nullable String label, String description, String... names) {
    return option(type, label, description, null, names);
  }

  private OptionSpec option(
      Class<?> type,
      @Nullable String label,
      String description,
      @Nullable CommaList candidates,
      String... names) {
    OptionSpec.Builder option = OptionSpec.builder(names).type(type).description(description);
    if (candidates != null) {
      option.completionCandidates(candidates);
    }
    if (label != null) {
      option.paramLabel(label);
    }
    OptionSpec built = option.build();
    spec.addOption(built);
    return built;
  }

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
            host("-l", socksHost.getValue()),
            port("-p", socksPort.getValue()),
            host("-L", managementHost.getValue()),
            port("-P", managementPort.getValue()),
            Boolean.TRUE.equals(noDissectors.getValue()),
            methods(authentication.getValue()));
    DataPlace place = dataPlace();
    return new Launch(
        new ConfigurationSource(Defaults.configuration(spec, file.getValue()), overrides),
        place.path(),
        place.words(),
        users(users.getValue()));
  }

  private DataPlace dataPlace() {
    Path directory = data.getValue();
    return directory == null
        ? DataPlace.byDefault(DefaultPlaces.ofThisProcess())
        : new DataPlace(directory, null);
  }

  private @Nullable String host(String option, @Nullable String value) {
    try {
      return value == null ? null : Endpoint.parseHost(value);
    } catch (IllegalArgumentException wrong) {
      throw wrong(option + " " + value + ": " + wrong.getMessage());
    }
  }

  private @Nullable List<Method> methods(@Nullable String value) {
    try {
      return value == null ? null : Overrides.parseMethods(value);
    } catch (IllegalArgumentException wrong) {
      throw wrong("--authentication " + value + ": " + wrong.getMessage());
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
  private List<Launch.User> users(String @Nullable [] given) {
    List<Launch.User> read = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (String user : given == null ? new String[0] : given) {
      int colon = user.indexOf(':');
      String name = user.substring(0, Math.max(colon, 0));
      String password = user.substring(colon + 1);
      if (colon < 0 || !fits(name) || !fits(password)) {
        throw wrong("-u: takes NAME:PASSWORD, each of 1 to 255 bytes");
      }
      if (user.indexOf('\uFFFD') >= 0) { // the JDK puts it where octets are not UTF-8
        throw wrong("-u: is not UTF-8; such a user can be added with argyle users add");
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
