package dev.argyle.server.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.ConfigurationSource;
import dev.argyle.server.config.Endpoint;
import dev.argyle.server.config.Overrides;
import dev.argyle.server.rule.RuleEntry;
import dev.argyle.server.telemetry.Door;
import dev.argyle.wire.RuleRef;
import dev.argyle.wire.socks.Command;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class RuleControlTest {

  private static final Actor VIEWER =
      new Actor("eva", Operation.Right.READ, Door.HTTP, InetAddress.getLoopbackAddress());

  private static final String RULES =
      """
      rules:
        - { allow: false, to: ["*.bad.example"] }
        - { allow: true, to: ["192.0.2.0/24", "two.example"], users: ["ana"] }
        - { allow: false, to: ["192.0.2.0/24"] }
        - { allow: false, to: ["192.0.2.128/25"] }
      """;

  @TempDir Path data;
  private Path file = Path.of("");
  private ManagedServer server;
  private RuleControl control;

  @BeforeEach
  void start() throws Exception {
    file = Files.writeString(data.resolve("argyle.yaml"), RULES);
    server =
        new ManagedServer(
            data, new ConfigurationSource(file, new Overrides(null, 0, null, null, false)));
    control = server.control().ruleControl();
    server.control().reset(new Actor("a", Operation.Right.ADMINISTER, Door.HTTP, VIEWER.client()));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String rule(int number, int line) {
    return "rule %d (%s:%d)".formatted(number, file, line);
  }

  private RuleControl.Explained explain(String user, String host) {
    return control.explain(
        VIEWER,
        new RuleControl.Asked(
            user, InetAddress.ofLiteral("198.51.100.9"), Command.CONNECT, new Endpoint(host, 80)));
  }

  @Test
  void rulesInForceAreListedWithDeadOnesAndDefaults() {
    List<RuleEntry> rules = control.rules(VIEWER);
    assertThat(rules).hasSize(7);
    assertThat(rules.get(1).text())
        .isEqualTo("{ allow: true, users: [\"ana\"], to: [\"192.0.2.0/24\", \"two.example\"] }");
    assertThat(rules).extracting(RuleEntry::shadowedBy).containsExactly(0, 0, 0, 3, 0, 0, 0);
  }

  @Test
  void addressIsExplained() {
    RuleControl.Explained allowed = explain("ana", "192.0.2.1");
    assertThat(allowed.allowed()).isTrue();
    assertThat(allowed.by()).isEqualTo(new RuleRef(2, rule(2, 3)));
    assertThat(allowed.steps())
        .containsExactly(
            "192.0.2.1:80 is allowed: " + rule(2, 3),
            "rule 1 (" + file + ":2, deny) does not match: it is for other destinations");
    RuleControl.Explained denied = explain("ben", "192.0.2.1");
    assertThat(denied.allowed()).isFalse();
    assertThat(denied.by()).isEqualTo(new RuleRef(3, rule(3, 4)));
    assertThat(explain("ben", "127.0.0.1").by())
        .isEqualTo(new RuleRef(0, "default: loopback addresses are closed to other hosts"));
  }

  @Test
  void nameThatIsDeniedWhateverItsAddressesIsNotLookedUp() {
    RuleControl.Explained denied = explain("ana", "www.bad.example");
    assertThat(denied.allowed()).isFalse();
    assertThat(denied.by()).isEqualTo(new RuleRef(1, rule(1, 2)));
    assertThat(server.driver.told).doesNotContain("lookUp www.bad.example");
  }

  @Test
  void nameIsAllowedIfOneOfItsAddressesIs() {
    server.driver.addresses =
        List.of(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("192.0.2.1"));
    RuleControl.Explained allowed = explain("ana", "two.example");
    assertThat(allowed.allowed()).isTrue();
    assertThat(allowed.by()).isEqualTo(new RuleRef(2, rule(2, 3)));
    assertThat(allowed.steps())
        .contains("192.0.2.1:80 is allowed: " + rule(2, 3))
        .anyMatch(step -> step.startsWith("127.0.0.1:80 is denied: default: loopback"));
  }

  @Test
  void nameWithoutAddressesSaysWhy() {
    RuleControl.Explained nowhere = explain("ana", "nowhere.example");
    assertThat(nowhere.allowed()).isFalse();
    assertThat(nowhere.by()).isNull();
    assertThat(nowhere.nameFailure()).isEqualTo("no such name");
    assertThat(nowhere.steps()).containsExactly("nowhere.example does not resolve: no such name");
  }
}
