package dev.argyle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.Verdict;
import dev.argyle.server.config.Accounts;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What tests of {@code argyle users} share: a folder, and what the command says. */
abstract class UsersCommandCase {

  /** bcrypt of "secret". */
  static final String HASH = "$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a";

  @TempDir Path folder;

  final StringWriter said = new StringWriter();
  final StringWriter complained = new StringWriter();
  final ByteArrayOutputStream written = new ByteArrayOutputStream();

  int users(String input, String... arguments) {
    said.getBuffer().setLength(0);
    complained.getBuffer().setLength(0);
    written.reset();
    String[] all = new String[arguments.length + 2];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    all[arguments.length] = "--data";
    all[arguments.length + 1] = folder.resolve("data").toString();
    ByteArrayInputStream in =
        new ByteArrayInputStream(input.getBytes(StandardCharsets.ISO_8859_1)); // octets
    return new CommandLine(new UsersCommand(in, written))
        .setOut(new PrintWriter(said))
        .setErr(new PrintWriter(complained))
        .execute(all);
  }

  Verdict login(String name, String password) throws Exception {
    try (AccountBook book = AccountBook.open(folder.resolve("data"), new Accounts(null, 100_000))) {
      return book.verify(
              name.getBytes(StandardCharsets.UTF_8), password.getBytes(StandardCharsets.UTF_8))
          .toCompletableFuture()
          .get(60, TimeUnit.SECONDS);
    }
  }

  /** Of somebody who can log in. */
  boolean isAdministrator(String name) throws Exception {
    assertThat(login(name, "secret")).isInstanceOf(Verdict.Accepted.class);
    return ((Verdict.Accepted) login(name, "secret")).user().admin();
  }

  void assertFails(String words, String... arguments) {
    assertThat(users("secret\n", arguments)).isEqualTo(1);
    assertThat(complained.toString()).isEqualTo(words);
  }
}
