package dev.argyle.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.cli.doctor.Finding.Level;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class ExaminationTest {

  /** Nobody is asked: this address is for documentation, and the port is of this host. */
  private static final String QUIET =
      """
      dns: { servers: ["127.0.0.1:9"] }
      management: { mass: { listen: null }, bottler: { listen: null }, http: { listen: null } }
      """;

  @TempDir private Path folder;

  private List<Finding> examine(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("argyle.yaml"), text);
    return Examination.of(file, folder.resolve("data"), List.of());
  }

  @Test
  void everyFindingThatIsNotOkSaysWhatToDo() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String listen = "\"127.0.0.1:" + taken.getLocalPort() + "\", \"192.0.2.1:1080\"";
      List<Finding> findings =
          examine(
              QUIET
                  + "log: { access: /nowhere/access.log }\n"
                  + "socks: { authentication: [password], listen: ["
                  + listen
                  + "], max-connections: 1000000 }\n");
      assertThat(findings)
          .allSatisfy(
              finding -> {
                assertThat(finding.check()).isNotEmpty();
                assertThat(finding.words()).isNotBlank();
                assertThat(finding.advice() == null).isEqualTo(finding.level() == Level.OK);
              });
      assertThat(findings)
          .anyMatch(each -> each.level() == Level.FAIL && each.check().equals("names"))
          .anyMatch(each -> each.level() == Level.FAIL && each.words().contains("in use"))
          .anyMatch(each -> each.words().contains("/nowhere/access.log"))
          .anyMatch(each -> each.words().contains("not an address of this host"));
    }
  }

  @Test
  void aWrongConfigurationFailsAtEachOfItsMistakes() throws IOException {
    List<Finding> findings = examine("sockz: {}\nlog: { format: xml }\n");
    assertThat(findings)
        .filteredOn(each -> each.check().equals("configuration"))
        .hasSize(2)
        .allMatch(each -> each.level() == Level.FAIL);
  }

  @Test
  void itChangesNothing() throws IOException {
    examine(QUIET);
    assertThat(folder.resolve("data")).doesNotExist();
    assertThat(folder.toFile().list()).containsExactly("argyle.yaml");
  }
}
