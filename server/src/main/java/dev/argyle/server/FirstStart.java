package dev.argyle.server;

import dev.argyle.server.account.AdminSecret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a first start says about the administrator that it has made. The password itself is told to
 * whoever started the server by hand: on a terminal, or in the file that standard output was sent
 * to. A pipe or a socket leads to a journal, which many may read and which keeps it (decision
 * 0073).
 */
final class FirstStart {

  private static final Path OUTPUT = Path.of("/proc/self/fd/1");

  private FirstStart() {}

  /** Says it, if the secret was made by this start. */
  static void announce(AdminSecret secret, Path data) {
    if (secret.fresh()) {
      System.out.println(words(secret, data, isCollected()));
    }
  }

  /**
   * What is said.
   *
   * @param collected by a journal: without the secrets
   */
  static String words(AdminSecret secret, Path data, boolean collected) {
    String made = "first start: administrator " + secret.username();
    Path file = data.resolve(AdminSecret.FILE);
    return collected
        ? made + "; the password and the Bottler token are in " + file
        : made
            + ", password "
            + secret.password()
            + ", Bottler token "
            + secret.bottlerToken()
            + "; stored in "
            + file
            + ", printed only this time";
  }

  /**
   * Whether standard output is a pipe or a socket; where that cannot be told, it is taken for one.
   */
  private static boolean isCollected() {
    try {
      String target = Files.readSymbolicLink(OUTPUT).toString();
      return target.startsWith("pipe:") || target.startsWith("socket:");
    } catch (IOException | UnsupportedOperationException unknown) {
      return true; // not Linux, or no /proc
    }
  }
}
