package dev.argyle.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.account.AdminSecret;
import dev.argyle.server.account.CheapAccounts;
import dev.argyle.wire.bottler.BottlerToken;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class SharedTokenTest {

  @TempDir Path data;
  private AdminSecret first;
  private SharedToken token;

  @BeforeEach
  void start() throws Exception {
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
    try (var accounts = CheapAccounts.open(data, 10)) {
      first = AdminSecret.readOrMake(data, accounts);
    }
    token = new SharedToken(data, first);
  }

  private static BottlerToken of(AdminSecret secret) {
    return BottlerToken.ofHex(secret.bottlerToken());
  }

  private Path file() {
    return data.resolve(AdminSecret.FILE);
  }

  @Test
  void tokenThatWasChangedHoldsFromTheReloadOnAndTheOldOneNoMore() throws Exception {
    AdminSecret second = first.withNewToken(data);
    assertThat(token.get()).as("before the reload").isEqualTo(of(first));
    token.readAgain();
    assertThat(token.get()).isEqualTo(of(second)).isNotEqualTo(of(first));
  }

  @Test
  void withoutAFileOrWithAWrongOneTheTokenStays() throws Exception {
    Files.writeString(file(), "{\"username\":\"admin\"");
    token.readAgain();
    assertThat(token.get()).isEqualTo(of(first));
    Files.delete(file());
    token.readAgain();
    assertThat(token.get()).isEqualTo(of(first));
  }

  @Test
  void secretThatOthersMayWriteIsNotBelieved() throws Exception {
    first.withNewToken(data);
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-rw-rw-"));
    token.readAgain();
    assertThat(token.get()).isEqualTo(of(first));
  }

  /** Its start refuses it, for that user would become the administrator. */
  @Test
  void serverOfRootDoesNotBelieveTheSecretOfAnotherUser() throws Exception {
    Assumptions.assumeTrue(Files.getAttribute(file(), "unix:uid").equals(0), "needs root");
    first.withNewToken(data);
    Files.setAttribute(file(), "unix:uid", 65_534);
    token.readAgain();
    assertThat(token.get()).isEqualTo(of(first));
  }
}
