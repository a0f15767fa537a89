package dev.argyle.cli;

import dev.argyle.server.Preparation;
import dev.argyle.server.config.FileFailure;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * The {@code argyle} command. Exit codes: 0 done, 1 failed, 2 wrong usage or configuration.
 *
 * <p>It and {@code serve} are described to picocli without annotations: for each kind of annotation
 * the JDK generates a class, which took a third of a server's start.
 */
public final class Main implements Callable<Integer> {

  /** Every command; made only when it is asked for, or when help lists all of them. */
  private static final Map<String, Supplier<Object>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("serve", ServeCommand::new);
    COMMANDS.put("check", CheckCommand::new);
    COMMANDS.put("users", UsersCommand::new);
    COMMANDS.put("ctl", CtlCommand::new);
    COMMANDS.put("top", TopCommand::new);
    COMMANDS.put("explain", ExplainCommand::new);
    COMMANDS.put("doctor", DoctorCommand::new);
    COMMANDS.put("backup", BackupCommand::new);
    COMMANDS.put("restore", RestoreCommand::new);
    COMMANDS.put("import-config", ImportConfigCommand::new);
    COMMANDS.put("completion", CompletionCommand::new);
    COMMANDS.put("help", HelpCommand::new);
    COMMANDS.put("version", VersionCommand::new);
  }

  private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this, Making.ON_DEMAND);

  private Main() {
    spec.name("argyle");
    spec.usageMessage()
        .description("A SOCKS 5 server for people who run one for others.")
        .synopsisSubcommandLabel("COMMAND")
        .footer(
            "",
            "argyle COMMAND -h explains a command.",
            "Exit codes: 0 done, 1 failed, 2 wrong usage or configuration.");
    HelpOptions.addTo(spec);
  }

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    if (arguments.length > 0 && arguments[0].equals("serve")) {
      Preparation.begin();
    }
    System.exit(run(arguments, StandardOutput.takeOver(), standardError()));
  }

  private static PrintWriter standardError() {
    return new PrintWriter(new OutputStreamWriter(System.err, System.err.charset()), true);
  }

  /** Runs a command; 1 if it has done its work, but what it printed was not taken. */
  static int run(String[] arguments, StandardOutput out, PrintWriter err) {
    CommandLine commandLine = commandLine(arguments).setOut(out.writer()).setErr(err);
    int exitCode = executed(commandLine, arguments);
    IOException lost = out.failure();
    if (lost == null || (StandardOutput.isReaderGone(lost) && endsWithItsReader(commandLine))) {
      return exitCode;
    }
    err.println(
        "argyle: standard output: "
            + FileFailure.words(lost)
            + "; what was written there is not complete");
    return exitCode == CommandLine.ExitCode.OK ? CommandLine.ExitCode.SOFTWARE : exitCode;
  }

  private static int executed(CommandLine commandLine, String[] arguments) {
    try {
      return commandLine.execute(arguments);
    } catch (LinkageError missing) { // a library's file could not be opened
      return Complaints.notLoaded(missing, commandLine);
    }
  }

  private static boolean endsWithItsReader(CommandLine commandLine) {
    ParseResult parsed = commandLine.getParseResult();
    while (parsed != null && parsed.hasSubcommand()) {
      parsed = parsed.subcommand();
    }
    return parsed != null
        && parsed.commandSpec().userObject() instanceof FollowsReader command
        && command.endsWithItsReader();
  }

  static Set<String> commandNames() {
    return COMMANDS.keySet();
  }

  /** The command line that these arguments need. */
  static CommandLine commandLine(String... arguments) {
    CommandLine commandLine = new CommandLine(new Main().spec, Making.ON_DEMAND);
    Supplier<Object> one = arguments.length == 0 ? null : COMMANDS.get(arguments[0]);
    if (one != null) { // the others would cost start-up time for nothing
      commandLine.addSubcommand(arguments[0], made(one, arguments));
    } else {
      COMMANDS.forEach((name, command) -> commandLine.addSubcommand(name, made(command)));
    }
    return commandLine
        .setHelpFactory(PlainHelp::new)
        .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
        .setParameterExceptionHandler(Complaints::wrongUsage)
        .setExecutionExceptionHandler(Complaints::bug);
  }

  private static Object made(Supplier<Object> command, String... arguments) {
    Object made = command.get();
    if (made instanceof ServeCommand serve) {
      return serve.spec();
    }
    return made instanceof CtlCommand ctl ? ctl.withCommands(arguments) : made;
  }

  /** No command was named. */
  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    spec.commandLine().usage(err);
    return CommandLine.ExitCode.USAGE;
  }
}
