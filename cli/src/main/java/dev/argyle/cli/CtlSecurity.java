package dev.argyle.cli;

import dev.argyle.cli.door.Door;
import dev.argyle.cli.door.Operation;
import dev.argyle.server.telemetry.LogText;
import dev.argyle.wire.Addresses;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The commands of {@code argyle ctl} about clients that misbehave. */
final class CtlSecurity {

  /** Of an IPv6 source. */
  private static final String NETWORK = "/64";

  private CtlSecurity() {}

  @Command(
      name = "penalties",
      description = "Lists the sources that are penalised, or ends a penalty.",
      footer = {
        "",
        "A source is an IPv4 address, or the /64 of an IPv6 address.",
        "Example: argyle ctl penalties --forgive 192.0.2.7"
      })
  static final class Penalties extends CtlServer.Base {

    @Option(
        names = "--forgive",
        paramLabel = "SOURCE",
        description = "Ends the penalty of this source.")
    private @Nullable String source;

    @Override
    public Integer call() {
      String forgiven = source;
      if (forgiven != null && !isSource(forgiven)) {
        throw CtlCommand.wrong(
            spec,
            "--forgive: must be an IPv4 address, or an IPv6 address or its /64, not " + forgiven);
      }
      return forgiven == null
          ? ctl.run(spec, Operation.PENALTIES, (door, out) -> print(door.penalties(), out))
          : CtlServer.change(
              this, Operation.FORGIVE, "forgave " + forgiven, door -> door.forgive(forgiven));
    }

    private static boolean isSource(String text) {
      boolean network = text.indexOf(':') >= 0 && text.endsWith(NETWORK);
      return Addresses.parse(network ? text.substring(0, text.length() - NETWORK.length()) : text)
          != null;
    }

    private static void print(List<Door.Penalty> penalties, CtlOutput out) {
      if (out.isJson()) {
        out.document(
            json -> {
              json.writeArrayFieldStart("penalties");
              for (Door.Penalty penalty : penalties) {
                json.writeStartObject();
                json.writeStringField("source", penalty.source());
                json.writeStringField("door", penalty.door());
                json.writeStringField("until", CtlOutput.instant(penalty.until()));
                json.writeStringField("state", penalty.state());
                json.writeStringField("reason", penalty.reason());
                json.writeEndObject();
              }
              json.writeEndArray();
            });
        return;
      }
      out.rows(
          List.of("SOURCE", "STATE", "UNTIL", "DOOR", "REASON"),
          penalties.stream()
              .map(
                  one ->
                      List.of(
                          one.source(),
                          one.state(),
                          CtlOutput.time(one.until()),
                          one.door(),
                          one.reason()))
              .toList(),
          "no penalties");
    }
  }

  @Command(
      name = "malformed",
      description = "Lists the last malformed handshakes, newest first.",
      footer = {"", "Example: argyle ctl malformed"})
  static final class Malformed extends CtlServer.Base {

    @Override
    public Integer call() {
      return ctl.run(spec, Operation.MALFORMED, (door, out) -> print(door.malformed(), out));
    }

    private static void print(List<Door.Malformed> malformed, CtlOutput out) {
      if (out.isJson()) {
        out.document(
            json -> {
              json.writeArrayFieldStart("malformed");
              for (Door.Malformed one : malformed) {
                json.writeStartObject();
                json.writeStringField("at", CtlOutput.instant(one.at()));
                json.writeStringField("client", one.client());
                json.writeStringField("reason", one.reason());
                json.writeStringField("octets", one.octets());
                json.writeEndObject();
              }
              json.writeEndArray();
            });
        return;
      }
      out.rows(
          List.of("TIME", "CLIENT", "REASON", "OCTETS"),
          malformed.stream()
              .map(
                  one ->
                      List.of(
                          CtlOutput.time(one.at()),
                          LogText.escaped(one.client()),
                          LogText.escaped(one.reason()),
                          one.octets()))
              .toList(),
          "no malformed handshakes");
    }
  }
}
