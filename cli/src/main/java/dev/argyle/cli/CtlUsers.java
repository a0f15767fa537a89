package dev.argyle.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.argyle.cli.door.Door;
import dev.argyle.cli.door.Operation;
import dev.argyle.wire.Password;
import dev.argyle.wire.UserName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The commands of {@code argyle ctl} about users. */
final class CtlUsers {

  private CtlUsers() {}

  @Command(
      name = "users",
      description = "Lists the users. MASS lists only the first 255.",
      footer = {"", "Example: argyle ctl users -o json"})
  static final class All extends CtlServer.Base {

    @Override
    public Integer call() {
      return ctl.run(spec, Operation.USERS, (door, out) -> print(door.users(), out));
    }

    private void print(Door.Users users, CtlOutput out) {
      if (out.isJson()) {
        out.document(
            json -> {
              json.writeArrayFieldStart("users");
              for (var name : users.names()) {
                json.writeString(name.escaped());
              }
              json.writeEndArray();
              json.writeBooleanField("complete", users.complete());
            });
        return;
      }
      out.rows(
          List.of("NAME"),
          users.names().stream().map(name -> List.of(name.escaped())).toList(),
          "no users");
      if (!users.complete()) {
        spec.commandLine()
            .getErr()
            .println(
                "argyle: mass lists only the first "
                    + users.names().size()
                    + "; use --via http, feed or bottler to list all");
      }
    }
  }

  /** {@code argyle ctl user}: a group of commands. */
  @Command(
      name = "user",
      description = "Adds, removes or changes a user.",
      subcommands = {
        Add.class,
        Remove.class,
        Rename.class,
        SetPassword.class,
        Enable.class,
        Disable.class,
        Show.class,
        Set.class,
        Last.class
      },
      footer = {"", "Example: argyle ctl user add ana"})
  static final class One extends CtlServer.Base {

    @Override
    public Integer call() {
      throw CtlCommand.wrong(
          spec,
          "user: COMMAND is missing; it must be one of "
              + String.join(", ", spec.subcommands().keySet()));
    }
  }

  /** What the commands about one user have. */
  abstract static class OfOne implements java.util.concurrent.Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    CommandSpec spec;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    One parent;

    @Parameters(index = "0", paramLabel = "NAME", description = "The user.")
    @SuppressWarnings("NullAway.Init") // required
    String name;

    @Mixin
    @SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli sets and reads it
    private HelpOptions help;

    final UserName user() {
      return userName("NAME", name);
    }

    /** As {@code argyle users} reads it; what a management request can carry. */
    final UserName userName(String label, String text) {
      try {
        return UserName.ofEscaped(text.getBytes(StandardCharsets.UTF_8)).requireAscii();
      } catch (IllegalArgumentException wrong) {
        throw CtlCommand.wrong(
            spec, label + ": " + wrong.getMessage() + "; argyle users accepts any name");
      }
    }

    final int change(Operation operation, String done, CtlServer.DoorCall call) {
      return parent.ctl.run(
          spec,
          operation,
          (door, out) -> {
            call.on(door);
            CtlServer.done(out, spec, done);
          });
    }
  }

  /** Where a user's new password comes from. */
  static final class NewPassword {

    @Option(
        names = "--password-stdin",
        description = "Reads the password from one line of standard input.")
    private boolean standardInput;

    @Option(
        names = "--password-file",
        paramLabel = "FILE",
        description = "A file of one line, the user's password; a prompt asks for it unless given.")
    private @Nullable Path file;

    Password get(CommandSpec command, UserName user) {
      if (standardInput && file != null) {
        throw CtlCommand.wrong(command, "--password-stdin, --password-file: give only one of them");
      }
      try {
        byte[] octets =
            standardInput
                ? PasswordInput.read(System.in)
                : file != null
                    ? PasswordInput.read(file, "--password-file")
                    : PasswordInput.ask(user);
        return CtlLogin.password(octets);
      } catch (PasswordInput.Unusable unusable) {
        throw CtlCommand.wrong(command, unusable.getMessage());
      }
    }
  }

  @Command(
      name = "add",
      description = "Adds a user without administrator rights.",
      footer = {"", "Example: argyle ctl user add ana --password-stdin < FILE"})
  static final class Add extends OfOne {

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private NewPassword source;

    @Override
    public Integer call() {
      Password password = source.get(spec, user());
      return change(Operation.ADD_USER, "added " + name, door -> door.addUser(user(), password));
    }
  }

  @Command(
      name = "remove",
      description = "Removes a user and closes the user's connections.",
      footer = {"", "Example: argyle ctl user remove ana"})
  static final class Remove extends OfOne {

    @Override
    public Integer call() {
      UserName user = user();
      return change(Operation.REMOVE_USER, "removed " + name, door -> door.removeUser(user));
    }
  }

  @Command(
      name = "rename",
      description = "Renames a user.",
      footer = {"", "Example: argyle ctl user rename ana anna"})
  static final class Rename extends OfOne {

    @Parameters(index = "1", paramLabel = "NEW-NAME", description = "The new name.")
    @SuppressWarnings("NullAway.Init") // required
    private String newName;

    @Override
    public Integer call() {
      UserName user = user();
      UserName other = userName("NEW-NAME", newName);
      return change(
          Operation.RENAME_USER,
          "renamed " + name + " to " + newName,
          door -> door.renameUser(user, other));
    }
  }

  @Command(
      name = "password",
      description = "Changes a user's password.",
      footer = {"", "Example: argyle ctl user password ana"})
  static final class SetPassword extends OfOne {

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private NewPassword source;

    @Override
    public Integer call() {
      Password password = source.get(spec, user());
      return change(
          Operation.SET_PASSWORD,
          "changed the password of " + name,
          door -> door.setPassword(user(), password));
    }
  }

  @Command(
      name = "enable",
      description = "Lets a user log in again.",
      footer = {"", "Example: argyle ctl user enable ana"})
  static final class Enable extends OfOne {

    @Override
    public Integer call() {
      UserName user = user();
      return change(Operation.ENABLE_USER, "enabled " + name, door -> door.enableUser(user, true));
    }
  }

  @Command(
      name = "disable",
      description = "Lets a user no longer log in, and closes the user's connections.",
      footer = {"", "Example: argyle ctl user disable ana"})
  static final class Disable extends OfOne {

    @Override
    public Integer call() {
      UserName user = user();
      return change(
          Operation.ENABLE_USER, "disabled " + name, door -> door.enableUser(user, false));
    }
  }

  @Command(
      name = "show",
      description = "Shows a user, and the limits that hold for them.",
      footer = {"", "Example: argyle ctl user show ana"})
  static final class Show extends OfOne {

    @Override
    public Integer call() {
      UserName user = user();
      return parent.ctl.run(
          spec, Operation.SHOW_USER, (door, out) -> print(user, door.showUser(user), out));
    }

    private static void print(UserName user, Door.Shown shown, CtlOutput out) {
      if (out.isJson()) {
        out.document(
            json -> {
              json.writeStringField("name", user.escaped());
              json.writeBooleanField("enabled", shown.enabled());
              json.writeBooleanField("admin", shown.admin());
              json.writeBooleanField("viewer", shown.viewer());
              json.writeNumberField("connections", shown.connections());
              write("limits", shown.limits(), json);
              write("effective", shown.effective(), json);
              UsageRows.write(shown.used(), json);
            });
        return;
      }
      List<List<String>> rows = new ArrayList<>();
      rows.add(List.of("name", user.escaped()));
      rows.add(List.of("enabled", shown.enabled() ? "yes" : "no"));
      rows.add(List.of("role", role(shown)));
      rows.add(List.of("open connections", Long.toString(shown.connections())));
      rows.addAll(UsageRows.of(shown.used()));
      rows.addAll(Assignments.rows(shown.limits()));
      Map<String, String> ofPlan = new TreeMap<>(shown.effective());
      ofPlan.keySet().removeAll(shown.limits().keySet());
      Assignments.rows(ofPlan)
          .forEach(row -> rows.add(List.of(row.get(0), row.get(1) + " (by the plan)")));
      out.facts(rows);
    }

    private static String role(Door.Shown shown) {
      return shown.admin() ? "administrator" : shown.viewer() ? "viewer" : "user";
    }

    private static void write(String field, Map<String, String> texts, JsonGenerator json)
        throws IOException {
      json.writeObjectFieldStart(field);
      for (Map.Entry<String, String> text : texts.entrySet()) {
        json.writeStringField(text.getKey(), text.getValue());
      }
      json.writeEndObject();
    }
  }

  @Command(
      name = "set",
      description = "Gives a user a plan, or limits of their own; they hold at once.",
      footer = {
        "",
        "KEY=none lifts a limit of the plan; KEY= takes the user's own value away.",
        "usage=reset begins the period of the quota with nothing used.",
        "Example: argyle ctl user set ana plan=basic connections=5"
      })
  static final class Set extends OfOne {

    @Parameters(
        index = "1..*",
        arity = "1..*",
        paramLabel = "KEY=VALUE",
        description = "plan=NAME, or a limit, such as expires=2026-12-31.")
    private List<String> assignments = List.of();

    @Override
    public Integer call() {
      UserName user = user();
      SortedMap<String, @Nullable String> values;
      try {
        values = Assignments.read(assignments);
      } catch (IllegalArgumentException wrong) {
        throw CtlCommand.wrong(spec, "user set: " + wrong.getMessage());
      }
      return change(
          Operation.SET_ATTRIBUTES, "changed " + name, door -> door.setAttributes(user, values));
    }
  }

  @Command(
      name = "last-connection",
      description = "Shows when a user last had a connection.",
      footer = {"", "Example: argyle ctl user last-connection ana"})
  static final class Last extends OfOne {

    @Override
    public Integer call() {
      UserName user = user();
      return parent.ctl.run(
          spec,
          Operation.LAST_CONNECTION,
          (door, out) -> print(door.lastConnection(user), user.escaped(), out));
    }

    private static void print(Optional<Instant> last, String name, CtlOutput out) {
      if (out.isJson()) {
        out.document(
            json -> {
              json.writeStringField("name", name);
              json.writeStringField("lastConnection", last.map(CtlOutput::instant).orElse(null));
            });
      } else {
        out.line(
            name
                + " "
                + last.map(time -> "had a connection at " + CtlOutput.time(time))
                    .orElse("never had a connection"));
      }
    }
  }
}
