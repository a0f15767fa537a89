package dev.argyle.cli;

import dev.argyle.cli.door.Access;
import dev.argyle.cli.door.Door;
import dev.argyle.cli.door.DoorProblem;
import dev.argyle.cli.door.Operation;
import dev.argyle.cli.door.Protocol;
import dev.argyle.client.manage.ManagementException;
import dev.argyle.client.manage.ManagementException.Reason;
import dev.argyle.client.manage.Refusal;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code argyle ctl}: manages a running server, by any of its protocols. */
@Command(
    name = "ctl",
    description = "Manages a running server: users, connections, counters, settings.",
    customSynopsis = {
      "argyle ctl [--via PROTOCOL] [--data DIR] [-o table|json] COMMAND",
      "       argyle ctl [--via PROTOCOL] --server [https://]HOST:PORT [--ca FILE] [--user NAME]",
      "                  [--password-file FILE] [--token-file FILE] [-o table|json] COMMAND"
    },
    footer = {
      "",
      "--via, --data and -o may also follow the COMMAND. Without --via, argyle uses the first"
          + " protocol",
      "that has the command and listens, in the order http, feed, mass, bottler. http has all of"
          + " them",
      "but indexes. FEED uses TCP if the server listens for it there, otherwise SCTP.",
      "Example: argyle ctl connections --follow"
    })
final class CtlCommand implements Callable<Integer> {

  static final int DONE = 0;
  static final int FAILED = 1;

  /** Every command; made only when it is asked for, or when help lists all of them. */
  private static final Map<String, Supplier<Object>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("status", CtlServer.Status::new);
    COMMANDS.put("indexes", CtlServer.Indexes::new);
    COMMANDS.put("users", CtlUsers.All::new);
    COMMANDS.put("user", CtlUsers.One::new);
    COMMANDS.put("connections", CtlConnections.Open::new);
    COMMANDS.put("history", CtlConnections.History::new);
    COMMANDS.put("kill", CtlConnections.Kill::new);
    COMMANDS.put("penalties", CtlSecurity.Penalties::new);
    COMMANDS.put("malformed", CtlSecurity.Malformed::new);
    COMMANDS.put("metrics", CtlServer.Metrics::new);
    COMMANDS.put("timeout", CtlSettings.Timeout::new);
    COMMANDS.put("selector-timeout", CtlSettings.SelectorTimeout::new);
    COMMANDS.put("buffer-size", CtlSettings.BufferSize::new);
    COMMANDS.put("dissectors", CtlSettings.Dissectors::new);
    COMMANDS.put("authentication", CtlSettings.Authentication::new);
    COMMANDS.put("start", CtlServer.Start::new);
    COMMANDS.put("stop", CtlServer.Stop::new);
    COMMANDS.put("reset", CtlServer.Reset::new);
    COMMANDS.put("drain", CtlServer.Drain::new);
  }

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = "--via",
      scope = ScopeType.INHERIT,
      paramLabel = "PROTOCOL",
      completionCandidates = Protocols.class,
      description = "The protocol: mass, feed, bottler or http.")
  private @Nullable String via;

  @Option(
      names = "--data",
      scope = ScopeType.INHERIT,
      paramLabel = "DIR",
      description = Defaults.DATA)
  private @Nullable Path data;

  @Option(
      names = {"-o", "--output"},
      scope = ScopeType.INHERIT,
      paramLabel = "table|json",
      completionCandidates = Forms.class,
      description = "The output format; table unless given.")
  private @Nullable String form;

  @ArgGroup(exclusive = false)
  private CtlLogin login = new CtlLogin();

  @Mixin
  @SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli sets and reads it
  private HelpOptions help;

  /** For completion. */
  static final class Protocols extends java.util.ArrayList<String> {
    private static final long serialVersionUID = 1;

    Protocols() {
      super(Arrays.stream(Protocol.values()).map(Protocol::word).toList());
    }
  }

  /** For completion. */
  static final class Forms extends java.util.ArrayList<String> {
    private static final long serialVersionUID = 1;

    Forms() {
      super(List.of("table", "json"));
    }
  }

  /** This command with those of its own that these arguments need. */
  CommandLine withCommands(String... arguments) {
    CommandLine commandLine = new CommandLine(this);
    List<String> named =
        Arrays.stream(arguments).skip(1).filter(COMMANDS::containsKey).distinct().toList();
    for (String name : named.isEmpty() ? COMMANDS.keySet() : named) {
      Object command = COMMANDS.getOrDefault(name, CtlServer.Status::new).get();
      commandLine.addSubcommand(name, command);
    }
    return commandLine;
  }

  static List<String> commandNames() {
    return List.copyOf(COMMANDS.keySet());
  }

  /** No command was named. */
  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(),
        "ctl: COMMAND is missing; it must be one of " + String.join(", ", COMMANDS.keySet()));
  }

  // What its commands are made of

  /** What a command does with an open door. */
  @FunctionalInterface
  interface Work {
    void with(Door door, CtlOutput out) throws ManagementException, DoorProblem;
  }

  /**
   * As {@link #run}, over and over: until SIGINT or SIGTERM, or nobody reads any more.
   *
   * @param watch how; if it does not watch, once
   */
  int watch(CommandSpec command, Operation operation, Watch watch, Work work) {
    return run(command, operation, (door, out) -> watch.repeat(out, () -> work.with(door, out)));
  }

  /** Opens a door that has this operation, and works with it. */
  int run(CommandSpec command, Operation operation, Work work) {
    CtlOutput out = output(command);
    Protocol by = protocol(command, operation);
    Access access = null;
    try {
      access = access(command);
      try (Door door = access.open(operation, by)) {
        work.with(door, out);
      }
      out.flush();
      return DONE;
    } catch (DoorProblem problem) {
      return failed(command, problem.getMessage());
    } catch (ManagementException failed) {
      boolean outOfRange =
          failed.refusal().orElse(null) == Refusal.OUT_OF_RANGE
              || failed.reason() instanceof Reason.RefusedBecause(_, boolean bounds) && bounds;
      return failed(
          command,
          outOfRange && CtlSettings.range(operation) != null
              ? command.name() + ": out of range; it must be " + CtlSettings.range(operation)
              : access == null ? failed.getMessage() : access.explained(failed));
    }
  }

  private static int failed(CommandSpec command, @Nullable String words) {
    command.commandLine().getErr().println("argyle: " + words);
    return FAILED;
  }

  CtlOutput output(CommandSpec command) {
    if (form != null && !new Forms().contains(form)) {
      throw wrong(command, "-o: must be table or json, not " + form);
    }
    return new CtlOutput(command.commandLine().getOut(), "json".equals(form));
  }

  /** What {@code --via} says, if it has the operation; null: it says nothing. */
  private @Nullable Protocol protocol(CommandSpec command, Operation operation) {
    if (via == null) {
      return null;
    }
    Protocol protocol = Protocol.of(via);
    if (protocol == null) {
      throw wrong(command, "--via: must be mass, feed, bottler or http, not " + via);
    }
    if (!protocol.operations().contains(operation)) {
      throw wrong(
          command,
          "--via "
              + via
              + ": "
              + via
              + " has no \""
              + operation.words()
              + "\"; "
              + Protocol.whoHas(operation));
    }
    return protocol;
  }

  private Access access(CommandSpec command) throws DoorProblem {
    return login.access(command, data);
  }

  static ParameterException wrong(CommandSpec command, @Nullable String words) {
    return new ParameterException(command.commandLine(), String.valueOf(words));
  }
}
