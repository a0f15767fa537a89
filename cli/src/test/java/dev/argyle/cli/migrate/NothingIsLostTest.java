package dev.argyle.cli.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.Configuration;
import dev.argyle.server.config.ConfigurationReader;
import dev.argyle.server.config.Read;
import dev.argyle.server.rule.Question;
import dev.argyle.server.rule.RuleBook;
import dev.argyle.wire.socks.Command;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the original reads otherwise than it looks, and what no translation has a place for. */
@Tag("unit")
class NothingIsLostTest {

  /** By the name of the file: {@code .conf} is dante's. Lines are between {@code |}. */
  private static Translation translated(String name, String lines) {
    List<String> all = List.of(lines.split("\\|"));
    return name.endsWith(".conf") ? Dante.translate(name, all) : ThreeProxy.translate(name, all);
  }

  private static Configuration read(String yaml) {
    Read read = ConfigurationReader.read("argyle.yaml", yaml);
    assertThat(read).as(yaml).isInstanceOf(Read.Ok.class);
    return ((Read.Ok) read).configuration();
  }

  private static boolean isAllowed(String yaml, @Nullable String user, Command command, int port) {
    Question question =
        new Question(
            user,
            InetAddress.ofLiteral("10.0.0.1"),
            command,
            null,
            InetAddress.ofLiteral("198.51.100.1"),
            port);
    return RuleBook.compile(read(yaml).rules()).explain(question).decision().allowed();
  }

  // 3proxy

  @Test
  void aLineThatBeginsWithABlankDoesNotOpenTheProxy() {
    String yaml =
        translated(
                "c.cfg",
                "auth none|  allow * * * *|allow ana| deny *|auth nbname|allow bob|socks -p1080")
            .yaml();
    assertThat(isAllowed(yaml, null, Command.CONNECT, 80)).as(yaml).isFalse();
    assertThat(isAllowed(yaml, "ana", Command.CONNECT, 80)).as(yaml).isTrue();
    assertThat(isAllowed(yaml, "bob", Command.CONNECT, 80)).as(yaml).isTrue();
    assertThat(yaml)
        .contains("c.cfg:2: allow ...: 3proxy skips", "c.cfg:4: deny ...: 3proxy skips");
  }

  @Test
  void aSkippedLineDoesNotShowItsPassword() {
    assertThat(translated("c.cfg", "socks| users ana:CL:wonderland|end|users eva:CL:sesame").yaml())
        .doesNotContain("wonderland", "sesame");
  }

  @Test
  void whatIsBehindTheEndIsNotServed() {
    Translation translation =
        translated("c.cfg", "auth strong|allow ana|socks|end|flush|auth none|allow *|socks -p1081");
    String yaml = translation.yaml();
    assertThat(read(yaml).socks().listen()).hasSize(1);
    assertThat(isAllowed(yaml, "eva", Command.CONNECT, 80)).as(yaml).isFalse();
    assertThat(yaml).containsOnlyOnce("reads nothing behind it: lines 5 to 8");
    assertThat(translation.seen()).contains(5, 6, 7, 8);
  }

  @Test
  void anEndWithArgumentsIsNone() {
    assertThat(read(translated("c.cfg", "end x|socks|socks -p1081").yaml()).socks().listen())
        .hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "'socks -p1080|allow late',                       2",
    "'socks -p1080|auth strong',                      2",
    "'socks|maxconn 5',                               2",
    "'external 192.0.2.1|external 192.0.2.2|socks',   1",
    "'internal 192.0.2.1|internal 192.0.2.2|socks',   1",
    "'auth none|auth strong|allow ana|socks',         1",
    "'allow ana|proxy|flush|allow eva|socks',         1",
    "'log /var/log/a|log /var/log/b|socks',           1",
    "'nscache 300|nscache 400|socks',                 1",
    "'maxconn 300|maxconn 400|socks',                 1",
    "'timeouts 1 2 3|timeouts 1 2 4|socks',           1",
    "'socks -p1080 -p1081',                           1",
    "'socks|users',                                   2",
    "'auth cache strong|socks',                       1"
  })
  void aLineOfThreeProxyThatCountsForNothingIsNamed(String lines, int line) {
    assertThat(translated("c.cfg", lines).yaml()).contains("#   c.cfg:" + line + ":");
  }

  @ParameterizedTest
  @CsvSource({
    "'external eth0|socks',                            1",
    "'internal 192.0.2.1 more|socks -i192.0.2.2',      1",
    "'socks -eeth0',                                   1",
    "'nscache 5 6|socks',                              1",
    "'maxconn 0|socks',                                1",
    "'timeouts 1 2 soon|socks',                        1",
    "'log radius|socks',                               1",
    "'maxconn 5|socks|maxconn 6|socks -p1081',         3",
    "'auth iponly|socks|auth strong|socks -p1081',     3",
    "'allow ana * * * * * * 5|socks',                  1",
    "'allow ana|parent 500 extip 192.0.2.1 0|parent 500 extip 192.0.2.2 0|socks', 3"
  })
  void aLineOfThreeProxyThatHasNoTranslationCountsAsLeftOut(String lines, int line) {
    Translation translation = translated("c.cfg", lines);
    String yaml = translation.yaml();
    assertThat(translation.leftOut()).as(yaml).isPositive();
    assertThat(yaml.substring(0, yaml.indexOf("\n\n"))).contains("#   c.cfg:" + line + ":");
  }

  @Test
  void threeProxyHasAnExternalAddressOfEachFamily() {
    assertThat(translated("c.cfg", "external 192.0.2.7|external 2001:db8::7|socks").yaml())
        .contains("addresses: [\"192.0.2.7\", \"2001:db8::7\"]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "auth strong|redirect 10.0.0.9 3128 * * * 80|allow *|socks",
        "auth strong|include /etc/more.cfg|allow *|socks",
        "auth strong|deny $/etc/names|allow *|socks",
        "auth strong|deny -|allow *|socks",
        "auth strong|deny * * * * SOMETHING|allow *|socks",
        "auth strong|allow $/etc/names|socks",
        "auth iponly|allow -|socks",
        "auth strong|allow @kids|socks"
      })
  void whatThreeProxyDeniedByMoreThanTheFileSaysIsDenied(String lines) {
    Translation translation = translated("c.cfg", lines);
    String yaml = translation.yaml();
    assertThat(isAllowed(yaml, "ana", Command.CONNECT, 80)).as(yaml).isFalse();
    assertThat(isAllowed(yaml, null, Command.CONNECT, 80)).as(yaml).isFalse();
    assertThat(translation.leftOut()).as(yaml).isPositive();
  }

  @Test
  void anIncludedFileMayDemandPasswords() {
    assertThat(translated("c.cfg", "allow *|include /etc/auth.cfg|socks").yaml())
        .contains("authentication: [password]");
  }

  @Test
  void noSecretOfAnUnknownCommandIsInTheResult() {
    assertThat(
            translated(
                    "c.cfg",
                    "radius sesame 192.0.2.1|log &dsn,ana,wonderland|ldapconnect host ana rabbit"
                        + "|plugin libldap.so start hole|socks")
                .yaml())
        .doesNotContain("sesame", "wonderland", "rabbit", "hole");
  }

  // dante

  private static final String OPEN =
      "|client pass { from: 0/0 to: 0/0 }|socks pass { from: 0/0 to: 0/0 }";

  @ParameterizedTest
  @CsvSource({
    "'external: 192.0.2.1|external: 192.0.2.2|external.rotation: route', 1",
    "'external: 192.0.2.1|external: 192.0.2.2|external.rotation: route', 2",
    "'logoutput: /var/log/a /var/log/b',             1",
    "'logoutput: stdout /var/log/a',                 1",
    "'logoutput: /var/log/a|logoutput: /var/log/b',  2",
    "'timeout.io: 30 40',                            1",
    "'internal: 192.0.2.1 port = 1080 more',         1",
    "'internal: 192.0.2.1 port > 1080',              1",
    "'external.rotation: none more',                 1",
    "'socksmethod:',                                 1",
    "'timeout.io: 100000',                           1"
  })
  void aLineOfDanteThatHasNoTranslationCountsAsLeftOut(String lines, int line) {
    Translation translation = translated("c.conf", lines + OPEN);
    assertThat(translation.yaml()).contains("#   c.conf:" + line + ":");
    assertThat(translation.leftOut()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "timeout.io: 3600|timeout.io.tcp: 7200|timeout.io.udp: 30",
        "timeout.io: 3600|timeout.io: 7200",
        "timeout.connect: 30|timeout.connect: 40",
        "external.rotation: same-same|external.rotation: none",
        "socksmethod: none|socksmethod: username"
      })
  void aLineOfDanteThatALaterReplacesIsNamed(String lines) {
    assertThat(translated("c.conf", lines + OPEN).yaml())
        .contains("#   c.conf:1:", "is set again in line 2");
  }

  @Test
  void bothLogsOfALineAreNamed() {
    Translation translation = translated("c.conf", "logoutput: stdout /var/log/a /var/log/b");
    assertThat(translation.yaml())
        .contains("access: \"/var/log/a\"", "logoutput: stdout:", "logoutput: /var/log/b:");
    assertThat(translation.leftOut()).isEqualTo(2);
  }

  @Test
  void aTimeoutOfBothEndsAssociationsToo() {
    String both = translated("c.conf", "timeout.io: 3600|timeout.io.tcp: 7200" + OPEN).yaml();
    assertThat(both).contains("  idle-timeout: 7200s", "    idle-timeout: 3600s");
    String later = translated("c.conf", "timeout.io.udp: 30|timeout.io: 3600" + OPEN).yaml();
    assertThat(later).contains("  idle-timeout: 3600s", "    idle-timeout: 3600s");
  }

  @Test
  void aRotationThatIsReplacedHasNoEffect() {
    String yaml =
        translated("c.conf", "external.rotation: same-same|external.rotation: none" + OPEN).yaml();
    assertThat(yaml).doesNotContain("same-as-incoming: true");
  }

  @Test
  void aMethodThatIsReplacedDoesNotOpenTheProxy() {
    assertThat(translated("c.conf", "socksmethod: none|socksmethod: username" + OPEN).yaml())
        .contains("authentication: [password]");
  }

  @ParameterizedTest
  @CsvSource({
    "'internal: ::1 port = 1080|socks pass {| from: 0/0 to: 0/0',                       2",
    "'client pass { from: 0/0 to: 0/0|socks block { from: 0/0 to: 0/0 }',               1",
    "'client pass { from: 0/0 to: 0/0 }|socks pass { from: 0/0 to: 0/0|log: error|socks block {', 2",
    "'{ from: 0/0 to: 0/0 }',                                                           1",
    "'route {',                                                                         1"
  })
  void aFileThatIsCutOffIsNotTranslated(String lines, int line) {
    Translation translation = translated("c.conf", lines);
    assertThat(translation.refusal()).startsWith("c.conf:" + line + ": ");
    assertThat(isAllowed(translation.yaml(), "ana", Command.CONNECT, 80)).isFalse();
  }

  @Test
  void aQuotationMarkThatIsNotClosedIsNotTranslated() {
    Translation translation = translated("c.cfg", "allow *|deny \"ana * *|socks");
    assertThat(translation.refusal()).startsWith("c.cfg:2: ");
    assertThat(isAllowed(translation.yaml(), "ana", Command.CONNECT, 80)).isFalse();
  }

  /** Rules of dante, after a client rule that passes all. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        // words that are no part of the condition, and conditions in other forms
        "pass { from: 0/0 to: 0/0 log: connect group staff }",
        "pass { from: 0/0 to: 0/0 log: connect group : staff }",
        "pass { from: 0/0 to: 0/0 log: connect Group: staff }",
        "pass { from: ! 0/0 to: 0/0 }",
        "pass { from: 0/0 to: 0/0 from: 10.0.0.0/8 }",
        "pass { from: 0/0 to: 10.9.9.9/32 to: 0/0 }",
        "pass { to: 0/0 }",
        "pass { from: 0/0 to: 0/0 command: connect something }",
        "pass { from: 0/0 to: 0/0 user: - }",
        "pass { from: 0/0 to: 0/0 user: eva socksmethod: none }",
        "pass { from: 0/0 to: 0/0 socksmethod: none user: eva }",
        // what blocks, before what passes
        "block { from: 0/0 to: 0/0 user: ana user: eva } pass { from: 0/0 to: 0/0 user: ana }",
        "block { from: 0/0 to: 0/0 command: bind command: connect } pass { from: 0/0 to: 0/0 }",
        "block { from: 0/0 to: 0/0 command: bind something } pass { from: 0/0 to: 0/0 }",
        "block { from: 0/0 to: 0/0 protocol: TCP } pass { from: 0/0 to: 0/0 }",
        "block { from: 0/0 to: 0/0 user: - } pass { from: 0/0 to: 0/0 }",
        "block { from: 0/0 to: 0/0 socksmethod: gssapi none } pass { from: 0/0 to: 0/0 }",
        "block { from: 0/0 to: 0/0 proxyprotocol: any } pass { from: 0/0 to: 0/0 }",
        "route { from: 0/0 to: 0/0 via: direct.example.org port = 1080 } pass { from: 0/0 to: 0/0 }",
        "hostid block { from: 10.0.0.1/32 to: 0/0 } pass { from: 0/0 to: 0/0 }",
        "hostid pass { from: 10.0.0.9/32 to: 0/0 } pass { from: 0/0 to: 0/0 }",
        "pass { from: 0/0 to: 0/0 libwrap: ALL : ALL : deny }",
        // the words before a brace belong to it, however many lines are between
        "socks||block {| from: 0/0 to: 0/0| } pass { from: 0/0 to: 0/0 }"
      })
  void aConditionOfDanteThatIsNotUnderstoodNeverAllows(String rules) {
    String yaml =
        translated(
                "c.conf", "socksmethod: username none|client pass { from: 0/0 to: 0/0 }|" + rules)
            .yaml();
    assertThat(isAllowed(yaml, "ana", Command.CONNECT, 80)).as(yaml).isFalse();
    assertThat(isAllowed(yaml, null, Command.CONNECT, 80)).as(yaml).isFalse();
  }

  @Test
  void aBlockedNameWhoseAddressesAreOpenCountsAsLeftOut() {
    String rules = "block { from: 0/0 to: .example.org }|pass { from: 0/0 to: 0/0 }";
    Translation translation = translated("c.conf", "client pass { from: 0/0 to: 0/0 }|" + rules);
    assertThat(translation.yaml()).contains("c.conf:2: block", "denies the name alone");
    assertThat(translation.leftOut()).isEqualTo(1);
  }

  @Test
  void aBlockedAnswerBlocksItsCommand() {
    String rules = "block { from: 0/0 to: 0/0 command: udpreply }|pass { from: 0/0 to: 0/0 }";
    Translation translation = translated("c.conf", "client pass { from: 0/0 to: 0/0 }|" + rules);
    String yaml = translation.yaml();
    assertThat(isAllowed(yaml, "ana", Command.UDP, 53)).as(yaml).isFalse();
    assertThat(isAllowed(yaml, "ana", Command.CONNECT, 53)).as(yaml).isTrue();
    assertThat(translation.leftOut()).isEqualTo(1);
  }

  @Test
  void methodsWithinABlockThatIsNotReadAreNotThoseOfTheServer() {
    String yaml =
        translated(
                "c.conf",
                "socksmethod: username|stray|client pass { from: 0/0 to: 0/0 }"
                    + "|socks||pass||{|from: 0/0 to: 0/0|socksmethod: none|}")
            .yaml();
    assertThat(yaml).contains("authentication: [password]", "c.conf:2: stray:");
  }
}
