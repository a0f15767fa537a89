package dev.argyle.cli.doctor;

import dev.argyle.server.HostCheck;
import dev.argyle.server.config.ConfigProblem;
import dev.argyle.server.config.Configuration;
import dev.argyle.server.config.ConfigurationSource;
import dev.argyle.server.config.Given;
import dev.argyle.server.config.Overrides;
import dev.argyle.server.config.Read;
import dev.argyle.server.list.Lists;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Looks at everything, in the order in which a reader wants to know it. */
public final class Examination {

  private static final Path PROC = Path.of("/proc");

  private Examination() {}

  /**
   * Looks.
   *
   * @param file the configuration; null: there is none
   * @param data the data directory, whether it exists or not
   * @param otherData where data may be besides
   */
  public static List<Finding> of(@Nullable Path file, Path data, List<Path> otherData) {
    ClockCheck clock = ClockCheck.begin();
    Findings findings = new Findings();
    RunningServer server = RunningServer.on(data);
    switch (new ConfigurationSource(file, Overrides.NONE).load()) {
      case Read.Ok(Configuration configuration, Given given) -> {
        configured(findings.of("configuration"), file, configuration, given);
        server.tell(findings.of("server"));
        LimitsCheck.descriptors(findings.of("descriptors"), configuration.socks(), server, PROC);
        LimitsCheck.pipes(findings.of("pipes"), PROC);
        NetworkCheck.sctp(findings.of("sctp"), configuration.management().feed(), given);
        NetworkCheck.ipv6(findings.of("ipv6"));
        NameServersCheck.ask(findings.of("names"), configuration.dns());
        PortsCheck.look(findings.of("ports"), configuration, server, PROC);
        FilesCheck files = new FilesCheck(findings.of("files"), data);
        files.directory();
        files.configuration(file, configuration);
        files.logs(configuration.log());
        files.leftovers(server.isRunning(), otherData);
      }
      case Read.Wrong(List<ConfigProblem> problems) -> {
        Findings wrong = findings.of("configuration");
        problems.forEach(
            problem -> wrong.fail(problem.toString(), "correct it; argyle check shows the same"));
        new FilesCheck(findings.of("files"), data).directory();
      }
    }
    clock.end(findings.of("clock"), FilesCheck.newest(data));
    return findings.all();
  }

  private static void configured(
      Findings findings, @Nullable Path file, Configuration configuration, Given given) {
    List<String> warnings =
        HostCheck.warnings(configuration, given).stream()
            .filter(warning -> !warning.contains(" SCTP is not available")) // has a line of its own
            .toList();
    given.warnings().forEach(warning -> findings.warn(warning.toString()));
    warnings.forEach(findings::warn);
    List<String> lists = Lists.problems(configuration.listFiles());
    lists.forEach(wrong -> findings.fail(wrong, "correct it: the server does not start without"));
    if (given.warnings().isEmpty() && warnings.isEmpty() && lists.isEmpty()) {
      findings.ok(file == null ? "no file: every setting has its default" : file + " is right");
    }
  }

  /** Of a time, for people. */
  static String millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos) + " ms";
  }
}
