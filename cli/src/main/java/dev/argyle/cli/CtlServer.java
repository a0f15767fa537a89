package dev.argyle.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.argyle.cli.door.Door;
import dev.argyle.cli.door.DoorProblem;
import dev.argyle.cli.door.Metric;
import dev.argyle.cli.door.Operation;
import dev.argyle.client.manage.ManagementException;
import dev.argyle.server.config.Quantities;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The commands of {@code argyle ctl} about the server as a whole. */
final class CtlServer {

  /** A counter of 4 octets says this for all that it cannot say. */
  private static final long SATURATED = 0xFFFF_FFFFL;

  private CtlServer() {}

  /** What every command of {@code argyle ctl} has. */
  abstract static class Base implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    CommandSpec spec;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    CtlCommand ctl;

    @Mixin
    @SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli sets and reads it
    private HelpOptions help;
  }

  @Command(
      name = "status",
      description = "Shows whether the server runs, and its settings.",
      footer = {"", "Example: argyle ctl status -o json"})
  static final class Status extends Base implements FollowsReader {

    @Mixin private Watch watch = new Watch();

    @Override
    public Integer call() {
      return ctl.watch(spec, Operation.STATUS, watch, (door, out) -> print(door.status(), out));
    }

    @Override
    public boolean endsWithItsReader() {
      return watch.isOn();
    }

    private static void print(Door.Status status, CtlOutput out) {
      Door.Overview overview = status.overview();
      if (out.isJson()) {
        out.document(
            json -> {
              json.writeBooleanField("running", status.running());
              json.writeNumberField("openConnections", status.openConnections());
              json.writeNumberField("timeoutSeconds", status.timeout().toSeconds());
              json.writeNumberField("bufferOctets", status.bufferOctets());
              json.writeBooleanField("authentication", status.authentication());
              json.writeBooleanField("dissectors", status.dissectors());
              if (overview != null) {
                write(overview, json);
              }
            });
        return;
      }
      List<List<String>> rows = new ArrayList<>();
      boolean draining = overview != null && overview.draining();
      rows.add(List.of("server", draining ? "draining" : status.running() ? "running" : "stopped"));
      rows.add(List.of("connections open", String.valueOf(status.openConnections())));
      rows.add(List.of("timeout", CtlSettings.words(status.timeout())));
      rows.add(List.of("buffer size", Quantities.octetsText(status.bufferOctets())));
      rows.add(List.of("authentication", status.authentication() ? "on" : "off"));
      rows.add(List.of("dissectors", status.dissectors() ? "on" : "off"));
      if (overview != null) {
        rows.addAll(rows(overview));
      }
      out.facts(rows);
    }

    private static void write(Door.Overview overview, JsonGenerator json) throws IOException {
      json.writeStringField("version", overview.version());
      json.writeNumberField("uptimeSeconds", overview.uptime().toSeconds());
      json.writeBooleanField("draining", overview.draining());
      json.writeNumberField("octetsUpPerSecond", overview.octetsUp());
      json.writeNumberField("octetsDownPerSecond", overview.octetsDown());
      json.writeNumberField("usersConnected", overview.usersConnected());
      json.writeNumberField("refused", overview.refused());
      json.writeNumberField("bugs", overview.bugs());
      json.writeArrayFieldStart("warnings");
      for (String warning : overview.warnings()) {
        json.writeString(warning);
      }
      json.writeEndArray();
    }

    private static List<List<String>> rows(Door.Overview overview) {
      List<List<String>> rows = new ArrayList<>();
      rows.add(List.of("version", overview.version()));
      rows.add(List.of("up for", Quantities.text(overview.uptime())));
      rows.add(
          List.of(
              "relayed",
              CtlOutput.size(overview.octetsUp())
                  + "/s up, "
                  + CtlOutput.size(overview.octetsDown())
                  + "/s down"));
      rows.add(List.of("users connected", String.valueOf(overview.usersConnected())));
      rows.add(List.of("refused", String.valueOf(overview.refused())));
      rows.add(List.of("bugs", String.valueOf(overview.bugs())));
      overview.warnings().forEach(warning -> rows.add(List.of("warning", warning)));
      return rows;
    }
  }

  @Command(
      name = "indexes",
      description = "Lists the MASS indexes that this administrator may use.",
      footer = {"", "Example: argyle ctl --via mass indexes"})
  static final class Indexes extends Base {

    @Override
    public Integer call() {
      return ctl.run(spec, Operation.INDEXES, (door, out) -> print(door.indexes(), out));
    }

    private static void print(Map<Integer, String> indexes, CtlOutput out) {
      if (out.isJson()) {
        out.document(
            json -> {
              json.writeArrayFieldStart("indexes");
              for (Map.Entry<Integer, String> index : indexes.entrySet()) {
                json.writeStartObject();
                json.writeNumberField("index", index.getKey());
                json.writeStringField("name", index.getValue());
                json.writeEndObject();
              }
              json.writeEndArray();
            });
        return;
      }
      List<List<String>> rows = new ArrayList<>();
      indexes.forEach(
          (index, name) -> rows.add(List.of(String.format(Locale.ROOT, "%02X", index), name)));
      out.rows(List.of("INDEX", "NAME"), rows, "none");
    }
  }

  @Command(
      name = "metrics",
      description = "Shows counters; each protocol offers some of them.",
      footer = {"", "Example: argyle ctl --via mass metrics"})
  static final class Metrics extends Base implements FollowsReader {

    @Mixin private Watch watch = new Watch();

    @Override
    public Integer call() {
      return ctl.watch(spec, Operation.METRICS, watch, (door, out) -> print(door.metrics(), out));
    }

    @Override
    public boolean endsWithItsReader() {
      return watch.isOn();
    }

    private static void print(Map<Metric, Long> metrics, CtlOutput out) {
      if (out.isJson()) {
        out.document(
            json -> {
              for (Map.Entry<Metric, Long> metric : metrics.entrySet()) {
                json.writeNumberField(metric.getKey().key(), metric.getValue());
              }
            });
        return;
      }
      List<List<String>> rows = new ArrayList<>();
      metrics.forEach((metric, value) -> rows.add(List.of(metric.words(), shown(metric, value))));
      out.facts(rows);
    }

    private static String shown(Metric metric, long value) {
      String shown = metric.isOctets() ? CtlOutput.size(value) : String.valueOf(value);
      return value == SATURATED ? shown + " or more" : shown;
    }
  }

  @Command(
      name = "start",
      description = "Opens the SOCKS listeners again.",
      footer = {"", "Example: argyle ctl start"})
  static final class Start extends Base {

    @Override
    public Integer call() {
      return change(this, Operation.START, "the server runs", Door::start);
    }
  }

  @Command(
      name = "stop",
      description = "Closes the SOCKS listeners and every connection; management stays up.",
      footer = {"", "Example: argyle ctl stop"})
  static final class Stop extends Base {

    @Override
    public Integer call() {
      return change(this, Operation.STOP, "the server is stopped", Door::stop);
    }
  }

  @Command(
      name = "reset",
      description = "Closes every connection, reads the configuration again, and listens again.",
      footer = {"", "Example: argyle ctl reset"})
  static final class Reset extends Base {

    @Override
    public Integer call() {
      return change(this, Operation.RESET, "the server was reset", Door::reset);
    }
  }

  @Command(
      name = "drain",
      description = "Closes the SOCKS listeners and lets open connections finish.",
      footer = {"", "argyle ctl start opens the listeners again.", "Example: argyle ctl drain"})
  static final class Drain extends Base {

    @Override
    public Integer call() {
      return change(this, Operation.DRAIN, "the server drains", Door::drain);
    }
  }

  /** A change, as one call to a door. */
  interface DoorCall {
    void on(Door door) throws ManagementException, DoorProblem;
  }

  static int change(Base command, Operation operation, String done, DoorCall call) {
    return command.ctl.run(
        command.spec,
        operation,
        (door, out) -> {
          call.on(door);
          done(out, command.spec, done);
        });
  }

  /** Says that a change was made; with {@code command}, that of the command line. */
  static void done(CtlOutput out, CommandSpec command, String words) {
    if (out.isJson()) {
      String name =
          command.qualifiedName().replaceFirst("^.*\\bctl ", ""); // without what stands before
      out.document(
          json -> {
            json.writeStringField("command", name);
            json.writeStringField("result", "done");
          });
    } else {
      out.line(words);
    }
  }
}
