package dev.argyle.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.argyle.cli.door.Door;
import dev.argyle.cli.door.Followed;
import dev.argyle.cli.door.Following;
import dev.argyle.cli.door.Operation;
import dev.argyle.client.manage.Connection;
import dev.argyle.client.manage.ManagementException;
import dev.argyle.server.telemetry.LogText;
import dev.argyle.wire.Addresses;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands of {@code argyle ctl} about connections. */
final class CtlConnections {

  private CtlConnections() {}

  private static void documents(CtlOutput out, List<Connection> connections) {
    out.document(
        json -> {
          json.writeArrayFieldStart("connections");
          for (Connection connection : connections) {
            json.writeStartObject();
            CtlOutput.write(json, connection);
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  @Command(
      name = "connections",
      description = "Lists open connections, or follows them as they open and end.",
      footer = {
        "",
        "--follow prints the open connections, then a line for each connection that opens or ends,",
        "until it is interrupted. With -o json, each line is a JSON document. --watch prints the"
            + " list",
        "again every 2 s.",
        "Example: argyle ctl connections --user ana --follow"
      })
  static final class Open extends CtlServer.Base implements FollowsReader {

    @Option(
        names = "--user",
        paramLabel = "NAME",
        description = "Only connections of this user; - means clients without a name.")
    private @Nullable String user;

    @Option(names = "--follow", description = "Keeps running, and tells what changes.")
    private boolean follow;

    @Mixin private Watch watch = new Watch();

    @Override
    public Integer call() {
      if (follow && watch.isOn()) {
        throw CtlCommand.wrong(spec, "--follow, --watch: give only one of them");
      }
      return follow
          ? ctl.run(spec, Operation.CONNECTIONS, this::follow)
          : ctl.watch(spec, Operation.CONNECTIONS, watch, (door, out) -> print(out, all(door)));
    }

    @Override
    public boolean endsWithItsReader() {
      return follow || watch.isOn();
    }

    private List<Connection> all(Door door) throws ManagementException {
      List<Connection> found = new ArrayList<>();
      List<Connection> page = door.openAfter(0);
      while (!page.isEmpty()) {
        page.stream().filter(this::isWanted).forEach(found::add);
        page = door.openAfter(page.getLast().id());
      }
      return found;
    }

    private boolean isWanted(Connection connection) {
      return user == null || user.equals(CtlOutput.user(connection));
    }

    private static void print(CtlOutput out, List<Connection> open) {
      if (out.isJson()) {
        documents(out, open);
        return;
      }
      List<String> titles =
          List.of(" ID", "SINCE", "USER", "SOURCE", "COMMAND", "DESTINATION", " UP", " DOWN");
      boolean outgoing = open.stream().anyMatch(one -> one.outgoing().isPresent());
      out.rows(
          outgoing ? withOneMore(titles, "LEAVES BY") : titles,
          open.stream()
              .map(
                  one ->
                      outgoing
                          ? withOneMore(row(one), one.outgoing().map(Addresses::text).orElse("-"))
                          : row(one))
              .toList(),
          "no open connections");
    }

    private static List<String> withOneMore(List<String> row, String last) {
      List<String> longer = new ArrayList<>(row);
      longer.add(last);
      return longer;
    }

    private static List<String> row(Connection connection) {
      return List.of(
          String.valueOf(connection.id()),
          CtlOutput.time(connection.start()),
          CtlOutput.user(connection),
          connection.source().toString(),
          CtlOutput.command(connection),
          CtlOutput.destination(connection),
          CtlOutput.size(connection.octetsUp()),
          CtlOutput.size(connection.octetsDown()));
    }

    /** Until SIGINT or SIGTERM, or nobody reads any more. */
    private void follow(Door door, CtlOutput out) throws ManagementException {
      try (Interruption interruption = Interruption.ofThisThread();
          Followed followed = door.follow(this::isWanted)) {
        boolean read = true;
        while (read && !interruption.hasCome()) {
          followed.next().forEach(event -> print(out, event));
          read = out.flush();
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
      footer = {
        "",
        "All options but --limit need http. TIME is as in 2026-01-02T03:04:05Z, or a duration"
            + " before",
        "now, such as 2h.",
        "Example: argyle ctl history --user ana --from 2h --reason refused-by-rule"
      })
  static final class History extends CtlServer.Base {

    @Option(
        names = "--limit",
        paramLabel = "N",
        defaultValue = "100",
        description = "Lists at most N; 0 means all; ${DEFAULT-VALUE} unless given.")
    private int limit = 100;

    @Mixin private HistoryOptions options = new HistoryOptions();

    @Override
    public Integer call() {
      if (limit < 0) {
        throw CtlCommand.wrong(spec, "--limit: must be 0 or more, not " + limit);
      }
      Door.HistoryFilter filter = options.filter(spec, Instant.now());
      int most = limit == 0 ? Integer.MAX_VALUE : limit;
      return ctl.run(
          spec,
          filter.isEmpty() ? Operation.HISTORY : Operation.SEARCH_HISTORY,
          (door, out) -> print(out, door.history(filter, most)));
    }

    private void print(CtlOutput out, Door.History history) {
      List<Door.Ended> ended = history.connections();
      if (out.isJson()) {
        out.document(json -> write(history, json));
        return;
      }
      boolean reasons = ended.stream().anyMatch(one -> one.reason() != null);
      List<String> titles = new ArrayList<>(TITLES);
      if (reasons) {
        titles.add("REASON");
      }
      out.rows(
          titles, ended.stream().map(one -> row(one, reasons)).toList(), "no ended connections");
      if (ended.size() < history.total()) {
        spec.commandLine()
            .getErr()
            .println(
                "argyle: listed "
                    + ended.size()
                    + " of "
                    + history.total()
                    + "; --limit 0 lists all");
      } else if (history.total() < 0 && ended.size() == limit) {
        spec.commandLine()
            .getErr()
            .println("argyle: listed " + limit + "; there may be more: --limit 0 lists all");
      }
    }

    private static final List<String> TITLES =
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
            " DOWN");

    private static List<String> row(Door.Ended one, boolean reasons) {
      Connection connection = one.connection();
      List<String> row =
          new ArrayList<>(
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
                  CtlOutput.size(connection.octetsDown())));
      if (reasons) {
        String detail = one.detail() == null ? "" : " (" + LogText.escaped(one.detail()) + ")";
        row.add((one.reason() == null ? "-" : one.reason()) + detail);
      }
      return row;
    }

    private static void write(Door.History history, JsonGenerator json) throws IOException {
      json.writeArrayFieldStart("connections");
      for (Door.Ended one : history.connections()) {
        json.writeStartObject();
        CtlOutput.write(json, one.connection());
        if (one.reason() != null) {
          json.writeStringField("reason", one.reason());
          json.writeStringField("detail", one.detail());
        }
        json.writeEndObject();
      }
      json.writeEndArray();
      if (history.total() >= 0) {
        json.writeNumberField("total", history.total());
      }
    }
  }

  @Command(
      name = "kill",
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
}
