package dev.argyle.server.account;

import static dev.argyle.server.account.Book.login;
import static dev.argyle.server.account.Book.name;
import static dev.argyle.server.account.Book.octets;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class AdminSecretTest {

  private static final Verdict ADMIN = new Verdict.Accepted(new User("admin", true));

  @TempDir Path data;
  private AccountBook book;

  @BeforeEach
  void open() {
    book = Book.open(data);
  }

  @AfterEach
  void close() {
    book.close();
  }

  @Test
  void theFirstStartMakesAnAdministratorAndAToken() throws Exception {
    AdminSecret secret = AdminSecret.readOrMake(data, book);

    assertThat(secret.fresh()).isTrue();
    assertThat(secret.bottlerToken()).matches("[0-9a-f]{16}");
    assertThat(login(book, "admin", secret.password())).isEqualTo(ADMIN);
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
    assertThat(login(book, "admin", second.password())).isEqualTo(ADMIN);
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
