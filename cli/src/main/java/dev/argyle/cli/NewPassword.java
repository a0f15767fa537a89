package dev.argyle.cli;

import dev.argyle.wire.Password;
import dev.argyle.wire.UserName;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Where a user's new password comes from. */
final class NewPassword {

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
