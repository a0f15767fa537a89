package dev.argyle.cli;

import dev.argyle.cli.door.Door;
import dev.argyle.cli.door.DoorProblem;
import dev.argyle.cli.door.Operation;
import dev.argyle.client.manage.ManagementException;
import dev.argyle.server.config.Quantities;
import dev.argyle.server.control.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

/** The commands of {@code argyle ctl} that show a setting, and change it if a value is given. */
final class CtlSettings {

  private CtlSettings() {}

  /** {@code never} for 0. */
  static String words(Duration timeout) {
    return timeout.isZero() ? "never" : Quantities.text(timeout);
  }

  /** What a setting may be; null: the operation sets none with a range. */
  static @Nullable String range(Operation operation) {
    if (operation == Operation.SET_TIMEOUT) {
      String most = Quantities.text(Duration.ofSeconds(Settings.MAX_IDLE_SECONDS));
      return "0 (never) to " + most + ", in whole seconds";
    }
    if (operation == Operation.SET_SELECTOR_TIMEOUT) {
      String least = Quantities.text(Duration.ofMillis(Settings.MIN_SELECTOR_MILLIS));
      return least + " to " + Quantities.text(Duration.ofMillis(Settings.MAX_SELECTOR_MILLIS));
    }
    if (operation == Operation.SET_BUFFER_SIZE) {
      String least = Quantities.octetsText(Settings.MIN_BUFFER_OCTETS);
      return least + " to " + Quantities.octetsText(Settings.MAX_BUFFER_OCTETS);
    }
    return null;
  }

  private static Duration duration(CommandSpec command, String text) {
    try {
      return Quantities.duration(text);
    } catch (IllegalArgumentException | ArithmeticException wrong) {
      throw CtlCommand.wrong(command, "DURATION: " + wrong.getMessage());
    }
  }

  private static void show(CtlOutput out, String key, long value, String words) {
    if (out.isJson()) {
      out.document(json -> json.writeNumberField(key, value));
    } else {
      out.line(words);
    }
  }

  @Command(
      name = "timeout",
      description = "Shows or sets the idle timeout of all connections, open ones included.",
      footer = {"", "Example: argyle ctl timeout 30m"})
  static final class Timeout extends CtlServer.Base {

    @Parameters(
        arity = "0..1",
        paramLabel = "DURATION",
        description = "Whole seconds up to 24h, such as 90s; 0 means never.")
    private @Nullable String value;

    @Override
    public Integer call() {
      if (value == null) {
        return ctl.run(
            spec,
            Operation.TIMEOUT,
            (door, out) -> {
              Duration time = door.timeout();
              show(out, "timeoutSeconds", time.toSeconds(), "timeout is " + words(time));
            });
      }
      Duration time = duration(spec, value);
      return CtlServer.change(
          this, Operation.SET_TIMEOUT, "timeout is " + words(time), door -> door.setTimeout(time));
    }
  }

  @Command(
      name = "selector-timeout",
      description = "Shows or sets how late a timeout may be noticed.",
      footer = {"", "Example: argyle ctl selector-timeout 250ms"})
  static final class SelectorTimeout extends CtlServer.Base {

    @Parameters(arity = "0..1", paramLabel = "DURATION", description = "10ms to 1m.")
    private @Nullable String value;

    @Override
    public Integer call() {
      if (value == null) {
        return ctl.run(
            spec,
            Operation.SELECTOR_TIMEOUT,
            (door, out) -> {
              Duration time = door.selectorTimeout();
              show(
                  out,
                  "selectorTimeoutMillis",
                  time.toMillis(),
                  "selector timeout is " + Quantities.text(time));
            });
      }
      Duration time = duration(spec, value);
      return CtlServer.change(
          this,
          Operation.SET_SELECTOR_TIMEOUT,
          "selector timeout is " + Quantities.text(time),
          door -> door.setSelectorTimeout(time));
    }
  }

  @Command(
      name = "buffer-size",
      description = "Shows or sets the buffer size per direction, for new connections.",
      footer = {"", "Example: argyle ctl buffer-size 128KiB"})
  static final class BufferSize extends CtlServer.Base {

    @Parameters(arity = "0..1", paramLabel = "SIZE", description = "4KiB to 1MiB.")
    private @Nullable String value;

    @Override
    public Integer call() {
      if (value == null) {
        return ctl.run(
            spec,
            Operation.BUFFER_SIZE,
            (door, out) -> {
              long octets = door.bufferSize();
              show(out, "bufferOctets", octets, "buffer size is " + Quantities.octetsText(octets));
            });
      }
      long octets = size(value);
      return CtlServer.change(
          this,
          Operation.SET_BUFFER_SIZE,
          "buffer size is " + Quantities.octetsText(octets),
          door -> door.setBufferSize(octets));
    }

    private long size(String text) {
      try {
        return Quantities.octets(text);
      } catch (IllegalArgumentException wrong) {
        throw CtlCommand.wrong(spec, "SIZE: " + wrong.getMessage());
      }
    }
  }

  /** For completion. */
  static final class OnOff extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    OnOff() {
      super(List.of("on", "off"));
    }
  }

  /** Something that is on or off. */
  abstract static class Switch extends CtlServer.Base {

    @Parameters(
        arity = "0..1",
        paramLabel = "on|off",
        completionCandidates = OnOff.class,
        description = "The new state; shows the current state unless given.")
    private @Nullable String value;

    private interface Shown {
      boolean isOn(Door door) throws ManagementException;
    }

    private interface Switched {
      void turn(Door door, boolean on) throws ManagementException, DoorProblem;
    }

    final int run(Operation show, Shown shown, Operation change, Switched switched) {
      String name = spec.name();
      if (value == null) {
        return ctl.run(spec, show, (door, out) -> print(out, name, shown.isOn(door)));
      }
      if (!new OnOff().contains(value)) {
        throw CtlCommand.wrong(spec, name + ": must be on or off, not " + value);
      }
      boolean on = value.equals("on");
      return CtlServer.change(this, change, words(name, on), door -> switched.turn(door, on));
    }

    private static void print(CtlOutput out, String name, boolean on) {
      if (out.isJson()) {
        out.document(json -> json.writeBooleanField(name, on));
      } else {
        out.line(words(name, on));
      }
    }

    private static String words(String name, boolean on) {
      return name + (name.endsWith("s") ? " are " : " is ") + (on ? "on" : "off");
    }
  }

  @Command(
      name = "dissectors",
      description = "Shows or switches the search for clear-text logins in new connections.",
      footer = {"", "Example: argyle ctl dissectors on"})
  static final class Dissectors extends Switch {

    @Override
    public Integer call() {
      return run(
          Operation.DISSECTORS,
          Door::dissectors,
          Operation.SWITCH_DISSECTORS,
          Door::switchDissectors);
    }
  }

  @Command(
      name = "authentication",
      description =
          "Shows or switches authentication of SOCKS clients; management is not affected.",
      footer = {"", "Example: argyle ctl authentication on"})
  static final class Authentication extends Switch {

    @Override
    public Integer call() {
      return run(
          Operation.AUTHENTICATION,
          Door::authentication,
          Operation.SWITCH_AUTHENTICATION,
          Door::switchAuthentication);
    }
  }
}
