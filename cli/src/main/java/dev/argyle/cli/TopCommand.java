package dev.argyle.cli;

import dev.argyle.cli.door.Access;
import dev.argyle.cli.door.DoorProblem;
import dev.argyle.cli.door.HttpApi;
import dev.argyle.cli.top.Top;
import dev.argyle.client.manage.ManagementException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code argyle top}: a server at a glance, over its HTTP API. */
@Command(
    name = "top",
    description = "Shows a running server in the terminal: rates, connections, users.",
    customSynopsis = {
      "argyle top [--data DIR]",
      "       argyle top --server [https://]HOST:PORT [--ca FILE] [--user NAME] [--password-file"
          + " FILE]"
    },
    footer = {
      "",
      "It needs the server's HTTP door (management.http.listen). ? explains the keys, q quits.",
      "NO_COLOR=1 in the environment turns colours off.",
      "Example: argyle top --data /var/lib/argyle"
    })
final class TopCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(names = "--data", paramLabel = "DIR", description = Defaults.DATA)
  private @Nullable Path data;

  @ArgGroup(exclusive = false)
  private HttpLogin login = new HttpLogin();

  @Mixin
  @SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli sets and reads it
  private HelpOptions help;

  @Override
  public Integer call() {
    String unfit = unfit(System.getenv());
    if (unfit != null) {
      return failed(unfit);
    }
    Access access = null;
    try {
      access = login.access(spec, data);
      String address;
      try (HttpApi first = access.http()) { // before the screen is taken over: mistakes are told
        first.get("read the status", "/status");
        address = first.address();
      }
      Top top = new Top(address, () -> login.access(spec, data).http());
      boolean colours = System.getenv().getOrDefault("NO_COLOR", "").isEmpty();
      try (Interruption _ = Interruption.ofThisThread()) { // SIGTERM leaves the terminal as it was
        String why = top.run(colours);
        return why == null ? CtlCommand.DONE : failed(why);
      }
    } catch (DoorProblem problem) {
      return failed(String.valueOf(problem.getMessage()));
    } catch (ManagementException failed) {
      return failed(
          access == null ? String.valueOf(failed.getMessage()) : access.explained(failed));
    } catch (IOException none) {
      return failed("top: the terminal cannot be used: " + none.getMessage());
    }
  }

  /** Why nothing can be drawn, and what to do; null: it can. */
  private static @Nullable String unfit(Map<String, String> environment) {
    String instead = "; use argyle ctl status --watch or argyle ctl connections --watch";
    if (!CtlOutput.isOnTerminal()) {
      return "top: needs a terminal" + instead;
    }
    String kind = environment.getOrDefault("TERM", "");
    return kind.isEmpty() || kind.equals("dumb")
        ? "top: needs a terminal that can move its cursor, and TERM is "
            + (kind.isEmpty() ? "not set" : kind)
            + instead
        : null;
  }

  private int failed(String words) {
    spec.commandLine().getErr().println("argyle: " + words);
    return CtlCommand.FAILED;
  }
}
