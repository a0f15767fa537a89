package dev.argyle.cli;

import dev.argyle.cli.door.Door;
import dev.argyle.server.config.Quantities;
import dev.argyle.server.telemetry.EndReason;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Which ended connections are listed. */
final class HistoryOptions {

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description = "Only of this user; - means clients without a name.")
  private @Nullable String user;

  @Option(
      names = "--client",
      paramLabel = "NETWORK",
      description = "Only from this address or network.")
  private @Nullable String client;

  @Option(
      names = "--destination",
      paramLabel = "HOST",
      description = "Only to this host; *.example for all below a name.")
  private @Nullable String destination;

  @Option(names = "--port", paramLabel = "PORT", description = "Only to this port.")
  private @Nullable Integer port;

  @Option(names = "--from", paramLabel = "TIME", description = "Only those that ended since then.")
  private @Nullable String from;

  @Option(names = "--to", paramLabel = "TIME", description = "Only those that ended before then.")
  private @Nullable String to;

  @Option(
      names = "--reply",
      paramLabel = "REP",
      description = "Only with this SOCKS reply, 0 to 8.")
  private @Nullable Integer reply;

  @Option(
      names = "--reason",
      paramLabel = "WORD",
      completionCandidates = Reasons.class,
      description = "Only those that ended for this reason, such as killed.")
  private @Nullable String reason;

  @Option(
      names = "--min-size",
      paramLabel = "SIZE",
      description = "Only those that moved at least this much, both ways, such as 1MiB.")
  private @Nullable String size;

  /** For completion. */
  static final class Reasons extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    Reasons() {
      super(Arrays.stream(EndReason.values()).map(EndReason::word).toList());
    }
  }

  /** What they say. */
  Door.HistoryFilter filter(CommandSpec command, Instant now) {
    Map<String, String> parameters = new LinkedHashMap<>();
    put("user", user, parameters);
    put("client", client, parameters);
    put("destination", destination, parameters);
    put("port", port, parameters);
    put("from", time(command, "--from", from, now), parameters);
    put("to", time(command, "--to", to, now), parameters);
    put("reply", reply, parameters);
    put("reason", reason, parameters);
    put("minOctets", octets(command), parameters);
    return new Door.HistoryFilter(parameters);
  }

  private static void put(String name, @Nullable Object value, Map<String, String> to) {
    if (value != null) {
      to.put(name, value.toString());
    }
  }

  private static @Nullable Instant time(
      CommandSpec command, String option, @Nullable String text, Instant now) {
    if (text == null) {
      return null;
    }
    try {
      return text.indexOf('T') > 0 ? Instant.parse(text) : now.minus(Quantities.duration(text));
    } catch (DateTimeException | IllegalArgumentException | ArithmeticException wrong) {
      throw CtlCommand.wrong(
          command,
          option
              + " "
              + text
              + ": is no time; give one such as 2026-01-02T03:04:05Z, or a duration before now,"
              + " such as 2h");
    }
  }

  private @Nullable Long octets(CommandSpec command) {
    try {
      return size == null ? null : Quantities.octets(size);
    } catch (IllegalArgumentException wrong) {
      throw CtlCommand.wrong(command, "--min-size: " + wrong.getMessage());
    }
  }
}
