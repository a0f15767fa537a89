package dev.argyle.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.account.AdminSecret;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class FirstStartTest {

  private static final AdminSecret SECRET =
      new AdminSecret("admin", "the-password", "0123456789abcdef", true);

  @Test
  void passwordDoesNotGoIntoAJournal() {
    assertThat(FirstStart.words(SECRET, Path.of("/srv/argyle"), true))
        .isEqualTo(
            "first start: administrator admin; the password and the Bottler token are in"
                + " /srv/argyle/admin.secret");
  }

  @Test
  void whoStartsTheServerByHandIsToldThePassword() {
    assertThat(FirstStart.words(SECRET, Path.of("/srv/argyle"), false))
        .isEqualTo(
            "first start: administrator admin, password the-password, Bottler token"
                + " 0123456789abcdef; stored in /srv/argyle/admin.secret, printed only this time");
  }
}
