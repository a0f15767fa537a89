package dev.argyle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@Tag("unit")
class ExplainCommandTest {

  private static final String RULES =
      """
      socks: { listen: ["127.0.0.1:1080"] }
      rules:
        - { allow: false, to: ["10.66.0.0/16", "*.localhost", "localhost"], ports: [666] }
        - { allow: true, to: ["10.0.0.0/8"], users: [ana], source: 192.0.2.7 }
        - { allow: false, to: ["10.0.0.0/8"], commands: [connect] }
      """;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("argyle.yaml");
    Files.writeString(file, RULES);
  }

  private String said() {
    return out.toString().replace(folder + "/", "");
  }

  private int explain(String... arguments) {
    String[] all = new String[arguments.length + 2];
    all[0] = "-c";
    all[1] = file.toString();
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return new CommandLine(new ExplainCommand())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(all);
  }

  @Test
  void theRuleThatDecidesIsNamedWithItsPlaceAndWithWhatKeptTheOthersFromMatching() {
    assertThat(explain("--user", "ana", "10.1.2.3:443")).isZero();
    assertThat(said())
        .isEqualTo(
            """
            10.1.2.3:443 is allowed: rule 2 (argyle.yaml:4); dialled from 192.0.2.7
              rule 1 (argyle.yaml:3, deny) does not match: it is for other ports
            """);
  }

  @Test
  void aDenialIsToldAndIsNotAFailure() {
    assertThat(explain("10.1.2.3:443")).isZero();
    assertThat(said())
        .isEqualTo(
            """
            10.1.2.3:443 is denied: rule 3 (argyle.yaml:5)
              rule 1 (argyle.yaml:3, deny) does not match: it is for other ports
              rule 2 (argyle.yaml:4, allow) does not match: it is for other users
            """);
  }

  @Test
  void whereNoRuleMatchesTheDefaultIsNamed() {
    assertThat(explain("--from", "192.0.2.5", "[::1]:443")).isZero();
    assertThat(said())
        .startsWith("[::1]:443 is denied: default: loopback addresses are closed to other hosts\n")
        .contains("rule 1 ")
        .contains("rule 2 ")
        .contains("rule 3 ");
  }

  @Test
  void commandsAreToldApart() {
    assertThat(explain("--command", "udp", "10.1.2.3:443")).isZero();
    assertThat(said())
        .startsWith("10.1.2.3:443 is allowed: default: the destination is open\n")
        .contains("rule 3 (argyle.yaml:5, deny) does not match: it is for another command");
  }

  @Test
  void aNameIsDecidedAtEachOfItsAddresses() {
    assertThat(explain("localhost:666")).isZero();
    assertThat(said().lines())
        .isNotEmpty()
        .allMatch(line -> line.endsWith(":666 is denied: rule 1 (argyle.yaml:3)"));
  }

  @Test
  void theServersOwnListenerIsNamed() {
    assertThat(explain("127.0.0.1:1080")).isZero();
    assertThat(said()).isEqualTo("127.0.0.1:1080 is denied: own listener 127.0.0.1:1080/tcp\n");
  }

  @Test
  void ofManyRulesThatDoNotMatchTwentyAreListed() throws IOException {
    StringBuilder rules = new StringBuilder("rules:\n");
    for (int i = 0; i < 22; i++) {
      rules.append("  - { allow: false, ports: [").append(i + 1).append("] }\n");
    }
    Files.writeString(file, rules);
    assertThat(explain("10.1.2.3:443")).isZero();
    assertThat(said().lines()).hasSize(22).last().isEqualTo("  nor do 2 more rules");
  }

  @Test
  void aNameThatDoesNotResolveIsAFailure() {
    assertThat(explain("nowhere.invalid:80")).isEqualTo(1);
    assertThat(err.toString()).contains("nowhere.invalid does not resolve");
  }

  @ParameterizedTest
  @CsvSource({
    "--from=here, 10.0.0.1:80, --from here: must be an address",
    "--from=127.0.0.1, 10.0.0.1, HOST:PORT:",
    "--from=127.0.0.1, 10.0.0.1:70000, a port is 0 to 65535",
    "--command=listen, 10.0.0.1:80, '--command listen: must be connect, bind or udp'",
  })
  void wrongUsageNamesTheOption(String option, String destination, String message) {
    assertThat(explain(option, destination)).isEqualTo(2);
    assertThat(err.toString()).contains(message);
  }

  @Test
  void aWrongConfigurationIsReportedAtItsPlace() throws IOException {
    Files.writeString(file, "rules:\n  - { allow: maybe }\n");
    assertThat(explain("10.0.0.1:80")).isEqualTo(2);
    assertThat(err.toString()).contains("argyle.yaml:2").contains("allow");
  }
}
