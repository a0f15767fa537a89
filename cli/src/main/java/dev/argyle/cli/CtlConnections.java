package dev.argyle.cli;

import dev.argyle.cli.door.Door;
import dev.argyle.cli.door.Following;
import dev.argyle.cli.door.Operation;
import dev.argyle.client.manage.Connection;
import dev.argyle.client.manage.ManagementException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands of {@code argyle ctl} about connections. */
final class CtlConnections {

  private static final Duration PAUSE = Duration.ofSeconds(1);

  private CtlConnections() {}

  /** All pages. */
  private static List<Connection> all(Following.Pages pages, Predicate<Connection> wanted)
      throws ManagementException {
    List<Connection> found = new ArrayList<>();
    List<Connection> page = pages.after(0);
    while (!page.isEmpty()) {
      page.stream().filter(wanted).forEach(found::add);
      page = pages.after(page.getLast().id());
    }
    return found;
  }

  private static void documents(CtlOutput out, List<Connection> connections, @Nullable Long total) {
    out.document(
        json -> {
          json.writeArrayFieldStart("connections");
          for (Connection connection : connections) {
            json.writeStartObject();
            CtlOutput.write(json, connection);
            json.writeEndObject();
          }
          json.writeEndArray();
          if (total != null) {
            json.writeNumberField("total", total);
          }
        });
  }

  @Command(
      name = "connections",
      description = "Lists open connections, or follows them as they open and end.",
      footer = {
        "",
        "--follow prints the open connections, then a line for each connection that opens or ends,",
        "until it is interrupted. With -o json, each line is a JSON document.",
        "Example: argyle ctl connections --user ana --follow"
      })
  static final class Open extends CtlServer.Base implements FollowsReader {

    @Option(
        names = "--user",
        paramLabel = "NAME",
        description = "Only connections of this user; - means clients without a name.")
    private @Nullable String user;

    @Option(names = "--follow", description = "Keeps running, and polls once a second.")
    private boolean follow;

    @Override
    public Integer call() {
      return ctl.run(
          spec,
          Operation.CONNECTIONS,
          (door, out) -> {
            if (follow) {
              follow(door, out);
            } else {
              print(out, all(door::openAfter, this::isWanted));
            }
          });
    }

    @Override
    public boolean endsWithItsReader() {
      return follow;
    }

    private boolean isWanted(Connection connection) {
      return user == null || user.equals(CtlOutput.user(connection));
    }

    private static void print(CtlOutput out, List<Connection> open) {
      if (out.isJson()) {
        documents(out, open, null);
        return;
      }
      out.rows(
          List.of(" ID", "SINCE", "USER", "SOURCE", "COMMAND", "DESTINATION", " UP", " DOWN"),
          open.stream()
              .map(
                  connection ->
                      List.of(
                          String.valueOf(connection.id()),
                          CtlOutput.time(connection.start()),
                          CtlOutput.user(connection),
                          connection.source().toString(),
                          CtlOutput.command(connection),
                          CtlOutput.destination(connection),
                          CtlOutput.size(connection.octetsUp()),
                          CtlOutput.size(connection.octetsDown())))
              .toList(),
          "no open connections");
    }

    /** Until SIGINT or SIGTERM, or nobody reads any more. */
    private void follow(Door door, CtlOutput out) throws ManagementException {
      Following following = new Following(door::openAfter, door::endedAfter);
      try (Interruption interruption = Interruption.ofThisThread()) {
        boolean read = true;
        while (read && !interruption.hasCome()) {
          for (Following.Event event : following.next()) {
            if (isWanted(event.connection())) {
              print(out, event);
            }
          }
          read = out.flush();
          if (read) {
            Thread.sleep(PAUSE);
          }
        }
      } catch (InterruptedException asked) {
        out.flush();
      } catch (ManagementException failed) {
        if (!(failed.reason() instanceof ManagementException.Reason.Interrupted)) {
          throw failed;
        }
      }
    }

    private static void print(CtlOutput out, Following.Event event) {
      Connection connection = event.connection();
      if (out.isJson()) {
        out.document(
            json -> {
              json.writeStringField("event", event.ended() ? "ended" : "opened");
              CtlOutput.write(json, connection);
            });
        return;
      }
      Instant when = event.ended() ? connection.end().orElseGet(Instant::now) : connection.start();
      out.line(
          String.format(
                  Locale.ROOT,
                  "%s  %-6s  %6d  %-12s  %-21s  %-7s  %-28s  %s",
                  CtlOutput.time(when),
                  event.ended() ? "ended" : "opened",
                  connection.id(),
                  CtlOutput.user(connection),
                  connection.source(),
                  CtlOutput.command(connection),
                  CtlOutput.destination(connection),
                  event.ended()
                      ? CtlOutput.size(connection.octetsUp())
                          + " up, "
                          + CtlOutput.size(connection.octetsDown())
                          + " down"
                      : "")
              .stripTrailing());
    }
  }

  @Command(
      name = "history",
      description = "Lists ended connections that the server remembers, newest first.",
      footer = {"", "Example: argyle ctl history --limit 20"})
  static final class Ended extends CtlServer.Base {

    @Option(
        names = "--limit",
        paramLabel = "N",
        defaultValue = "100",
        description = "Lists at most N; 0 means all; ${DEFAULT-VALUE} unless given.")
    private int limit = 100;

    @Override
    public Integer call() {
      if (limit < 0) {
        throw CtlCommand.wrong(spec, "--limit: must be 0 or more, not " + limit);
      }
      return ctl.run(
          spec,
          Operation.HISTORY,
          (door, out) -> {
            List<Connection> ended = all(door::endedAfter, _ -> true);
            ended.sort(
                Comparator.comparing((Connection one) -> one.end().orElse(Instant.MAX))
                    .thenComparing(Connection::id)
                    .reversed());
            int most = limit == 0 ? ended.size() : Math.min(limit, ended.size());
            print(out, ended.subList(0, most), ended.size());
          });
    }

    private void print(CtlOutput out, List<Connection> ended, int total) {
      if (out.isJson()) {
        documents(out, ended, (long) total);
        return;
      }
      out.rows(
          List.of(
              " ID",
              "START",
              "END",
              "USER",
              "SOURCE",
              "COMMAND",
              "DESTINATION",
              "REPLY",
              " UP",
              " DOWN"),
          ended.stream()
              .map(
                  connection ->
                      List.of(
                          String.valueOf(connection.id()),
                          CtlOutput.time(connection.start()),
                          connection.end().map(CtlOutput::time).orElse("-"),
                          CtlOutput.user(connection),
                          connection.source().toString(),
                          CtlOutput.command(connection),
                          CtlOutput.destination(connection),
                          CtlOutput.reply(connection),
                          CtlOutput.size(connection.octetsUp()),
                          CtlOutput.size(connection.octetsDown())))
              .toList(),
          "no ended connections");
      if (ended.size() < total) {
        spec.commandLine()
            .getErr()
            .println("argyle: listed " + ended.size() + " of " + total + "; --limit 0 lists all");
      }
    }
  }

  @Command(
      name = "kill",
      hidden = true, // until a protocol has it
      description = "Ends an open connection.",
      footer = {"", "Example: argyle ctl kill 4711"})
  static final class Kill extends CtlServer.Base {

    @Parameters(
        paramLabel = "ID",
        description = "The connection's ID, from argyle ctl connections.")
    private long id;

    @Override
    public Integer call() {
      return CtlServer.change(this, Operation.KILL, "ended " + id, door -> door.kill(id));
    }
  }

  @Command(
      name = "malformed",
      hidden = true, // until a protocol has it
      description = "Lists the last malformed handshakes, newest first.",
      footer = {"", "Example: argyle ctl malformed"})
  static final class Malformed extends CtlServer.Base {

    @Override
    public Integer call() {
      return ctl.run(spec, Operation.MALFORMED, (door, _) -> door.malformed());
    }
  }
}
