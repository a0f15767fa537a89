package dev.argyle.cli;

import dev.argyle.cli.door.Door;
import dev.argyle.cli.door.Operation;
import dev.argyle.wire.Password;
import dev.argyle.wire.UserName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The commands of {@code argyle ctl} about users. */
final class CtlUsers {

  /** What is said of a user whom the server's command line has added. */
  static final String OF_THIS_RUN = "of this run (serve -u)";

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

    private static List<UserName> temporary(Door.Users users) {
      return users.names().stream().filter(users::isTemporary).toList();
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
              if (users.temporary() != null) {
                json.writeArrayFieldStart("temporary");
                for (var name : temporary(users)) {
                  json.writeString(name.escaped());
                }
                json.writeEndArray();
              }
            });
        return;
      }
      if (temporary(users).isEmpty()) {
        out.rows(
            List.of("NAME"),
            users.names().stream().map(name -> List.of(name.escaped())).toList(),
            "no users");
      } else {
        out.rows(
            List.of("NAME", "NOTE"),
            users.names().stream()
                .map(name -> List.of(name.escaped(), users.isTemporary(name) ? OF_THIS_RUN : ""))
                .toList(),
            "no users");
      }
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
        CtlUserShow.class,
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
