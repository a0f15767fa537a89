package dev.argyle.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.cli.doctor.Finding.Level;
import dev.argyle.server.config.Configuration;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class FilesCheckTest {

  @TempDir private Path folder;
  private Path data;
  private final Findings findings = new Findings();

  @BeforeEach
  void aDirectoryOfThisVersion() throws IOException {
    data = Files.createDirectory(folder.resolve("data"));
    mode(data, "rwx------");
    for (String name :
        List.of("accounts.db", "accounts.db-wal", "usage.db", "admin.secret", "lock")) {
      Files.writeString(data.resolve(name), "");
    }
    Files.createDirectory(data.resolve("history"));
  }

  private static void mode(Path file, String mode) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private Finding only() {
    assertThat(findings.all()).hasSize(1);
    return findings.all().getFirst();
  }

  @Test
  void aDirectoryThatOthersMayWriteIsAFailureThatSaysWhatToDo() throws IOException {
    mode(data, "rwxrwx---");
    new FilesCheck(findings, data).directory();
    assertThat(only().level()).isEqualTo(Level.FAIL);
    assertThat(only().advice()).contains("chmod go-w");
  }

  @Test
  void dataOfANewerVersionIsAFailureAsItIsForTheServer() throws IOException {
    ByteBuffer header = ByteBuffer.allocate(100);
    header.putInt(60, 99).putInt(68, 0x41726779); // user_version, application_id
    Files.write(data.resolve("accounts.db"), header.array());
    new FilesCheck(findings, data).directory();
    assertThat(only().level()).isEqualTo(Level.FAIL);
    assertThat(only().words()).contains("accounts.db: created by a newer Argyle (schema 99");
  }

  @Test
  void oneThatDoesNotExistIsMadeByTheFirstStart() {
    new FilesCheck(findings, folder.resolve("deep/data")).directory();
    assertThat(only().level()).isEqualTo(Level.OK);
  }

  @Test
  void filesOfThisVersionAreNoLeftovers() {
    new FilesCheck(findings, data).leftovers(false, List.of(data, folder.resolve("nowhere")));
    assertThat(only().level()).isEqualTo(Level.OK);
  }

  @Test
  void filesOfOtherVersionsDamagedOnesAndDataInTwoPlacesAreTold() throws IOException {
    Files.writeString(data.resolve("users.sqlite"), "");
    Files.writeString(data.resolve("history/0000000000000001.history.damaged"), "");
    Path other = Files.createDirectory(folder.resolve("other"));
    Files.writeString(other.resolve("accounts.db"), "");
    new FilesCheck(findings, data).leftovers(false, List.of(data, other));
    assertThat(findings.all()).hasSize(2).allMatch(each -> each.level() == Level.WARN);
    assertThat(findings.all().getFirst().words()).startsWith(other.toString());
    assertThat(findings.all().get(1).words())
        .contains("users.sqlite", "history/0000000000000001.history.damaged");
  }

  @Test
  void aConfigurationOfEverybodyFailsAndAKeyForEverybodyIsWarnedOf() throws IOException {
    Path file = Files.writeString(folder.resolve("argyle.yaml"), "");
    mode(file, "rw-rw-rw-");
    new FilesCheck(findings, data).configuration(file, Configuration.defaults());
    assertThat(only().level()).isEqualTo(Level.FAIL);
    assertThat(only().advice()).isEqualTo("chmod o-w " + file);
  }
}
