package dev.argyle.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.ConfigurationReader;
import dev.argyle.server.config.Read;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class HostCheckTest {

  @TempDir Path folder;

  private static List<String> warnings(String text) {
    return ConfigurationReader.read("argyle.yaml", text) instanceof Read.Ok(var right, var given)
        ? HostCheck.warnings(right, given)
        : List.of("is wrong");
  }

  @Test
  void defaultsNeedNothingThatAHostLacks() {
    assertThat(warnings("")).isEmpty();
  }

  @Test
  void folderThatIsMissingIsToldBeforeAStartFails() {
    assertThat(warnings("log: { access: " + folder + "/none/access.log }"))
        .containsExactly(
            "log.access: "
                + folder
                + "/none/access.log: its folder does not exist; create it, or name another file");
    assertThat(warnings("log: { security: " + folder + " }"))
        .containsExactly("log.security: " + folder + ": is a directory; name a file");
    assertThat(warnings("log: { access: " + folder + "/access.log }")).isEmpty();
    assertThat(folder.resolve("access.log")).as("nothing is made").doesNotExist();
  }

  @Test
  void addressesThatAreNotOfThisHostAreTold() throws Exception {
    assertThat(
            warnings(
                """
                socks: { listen: ["192.0.2.77:1080", "127.0.0.1:0"], authentication: [password] }
                management: { mass: { listen: "192.0.2.78:8080" } }
                rules:
                  - { allow: true, source: 127.0.0.1 }
                  - { allow: true, source: 192.0.2.79 }
                """))
        .containsExactly(
            "socks.listen[0]: 192.0.2.77:1080: is not an address of this host",
            "management.mass.listen: 192.0.2.78:8080: is not an address of this host",
            "rules[1].source: 192.0.2.79: is not an address of this host");
    assertThat(Files.list(folder)).isEmpty();
  }
}
