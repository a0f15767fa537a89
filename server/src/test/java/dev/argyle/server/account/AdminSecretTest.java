package dev.argyle.server.account;

import static dev.argyle.server.account.Book.login;
import static dev.argyle.server.account.Book.name;
import static dev.argyle.server.account.Book.octets;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class AdminSecretTest extends AccountBookCase {

  @Test
  void theFirstStartMakesAnAdministratorAndAToken() throws Exception {
    AdminSecret secret = AdminSecret.readOrMake(data, book);

    assertThat(secret.fresh()).isTrue();
    assertThat(secret.bottlerToken()).matches("[0-9a-f]{16}");
    assertIsAdministrator(login(book, "admin", secret.password()));
    Path file = data.resolve("admin.secret");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(Files.readString(file))
        .isEqualTo(
            "{\"username\":\"admin\",\"password\":\"%s\",\"bottlerToken\":\"%s\"}\n"
                .formatted(secret.password(), secret.bottlerToken()));
    assertThat(secret.toString()).doesNotContain(secret.password());
  }

  @Test
  void theSecondStartReadsWhatTheFirstMade() throws Exception {
    AdminSecret first = AdminSecret.readOrMake(data, book);
    AdminSecret second = AdminSecret.readOrMake(data, book);

    assertThat(second.fresh()).isFalse();
    assertThat(second.password()).isEqualTo(first.password());
    assertThat(second.bottlerToken()).isEqualTo(first.bottlerToken());
  }

  @Test
  void withoutItsFileTheAdministratorGetsAnotherPassword() throws Exception {
    AdminSecret first = AdminSecret.readOrMake(data, book);
    book.add(name("root"), octets("x"), true);
    book.setEnabled(name("admin"), false);
    Files.delete(data.resolve("admin.secret"));
    Files.writeString(data.resolve("admin.secret.part"), "of a start that was cut off");

    AdminSecret second = AdminSecret.readOrMake(data, book);
    assertThat(second.password()).isNotEqualTo(first.password());
    assertIsAdministrator(login(book, "admin", second.password()));
  }

  private static void assertIsAdministrator(Verdict verdict) {
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Verdict.Accepted.class,
            accepted -> {
              assertThat(accepted.user().name()).isEqualTo("admin");
              assertThat(accepted.user().admin()).isTrue();
            });
  }

  @Test
  void serverWhoseAccountsWereLostDoesNotStartWithoutAnAdministrator(@TempDir Path elsewhere)
      throws Exception {
    AdminSecret.readOrMake(data, book);
    Files.copy(data.resolve("admin.secret"), elsewhere.resolve("admin.secret"));
    try (AccountBook empty = Book.open(elsewhere)) {
      empty.add(name("ana"), octets("x"), false);
      assertThatThrownBy(() -> AdminSecret.readOrMake(elsewhere, empty))
          .isInstanceOf(DataProblem.class)
          .hasMessageStartingWith(elsewhere.resolve("accounts.db") + ": ")
          .hasMessageContaining("no enabled administrator")
          .hasMessageContaining("delete admin.secret");
      Files.delete(elsewhere.resolve("admin.secret"));
      assertThat(AdminSecret.readOrMake(elsewhere, empty).fresh()).isTrue();
    }
  }

  @Test
  void aNewTokenLeavesTheLoginAsItIs() throws Exception {
    AdminSecret first = AdminSecret.readOrMake(data, book);
    AdminSecret changed = first.withNewToken(data);
    assertThat(changed.bottlerToken()).isNotEqualTo(first.bottlerToken());
    assertThat(AdminSecret.read(data)).isEqualTo(changed);
    assertThat(changed.password()).isEqualTo(first.password());
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(data.resolve("admin.secret"))))
        .isEqualTo("rw-------");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no JSON",
        "{\"username\":\"admin\"}",
        "{\"username\":\"admin\",\"password\":\"hush\",\"bottlerToken\":\"123\"}",
        "{\"username\":\"admin\",\"password\":\"hush",
        "[\"hush\"]"
      })
  void aSpoiltFileIsNamedAndNotQuoted(String text) throws Exception {
    Path file = data.resolve("admin.secret");
    Files.writeString(file, text);

    assertThatThrownBy(() -> AdminSecret.readOrMake(data, book))
        .isInstanceOf(DataProblem.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining("delete it")
        .hasMessageNotContaining("hush")
        .hasNoCause();
    assertThat(book.count()).isZero();
  }
}
