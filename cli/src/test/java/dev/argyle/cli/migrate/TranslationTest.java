package dev.argyle.cli.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.Configuration;
import dev.argyle.server.config.ConfigurationReader;
import dev.argyle.server.config.EgressSettings;
import dev.argyle.server.config.Read;
import dev.argyle.server.rule.Question;
import dev.argyle.server.rule.RuleBook;
import dev.argyle.wire.socks.Command;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sample configurations in {@code src/test/resources/migrate}, and what they become ({@code .yaml};
 * {@code -Dgolden.write=true} writes these anew).
 */
@Tag("unit")
class TranslationTest {

  private static final Path SAMPLES = Path.of("src/test/resources/migrate");

  private static Translation translated(String name, List<String> lines) {
    return name.endsWith(".conf")
        ? Dante.translate(name, lines)
        : ThreeProxy.translate(name, lines);
  }

  private static Translation sample(String name) throws IOException {
    return translated(name, Files.readAllLines(SAMPLES.resolve(name)));
  }

  private static Configuration read(String yaml) {
    Read read = ConfigurationReader.read("argyle.yaml", yaml);
    assertThat(read).as(yaml).isInstanceOf(Read.Ok.class);
    return ((Read.Ok) read).configuration();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dante-simple.conf",
        "dante-users.conf",
        "dante-interfaces.conf",
        "3proxy-users.cfg",
        "3proxy-ports.cfg",
        "3proxy-parents.cfg"
      })
  void everyLineIsTranslatedOrNamedAndTheResultIsRight(String name) throws IOException {
    Translation translation = sample(name);
    String yaml = translation.yaml();
    read(yaml);
    List<String> lines = Files.readAllLines(SAMPLES.resolve(name));
    Set<Integer> seen = translation.seen();
    for (int i = 0; i < lines.size(); i++) {
      String said = lines.get(i).replaceFirst("#.*", "").strip();
      if (!said.isEmpty() && !said.equals("}")) {
        assertThat(seen).as("line %s: %s", i + 1, said).contains(i + 1);
      }
    }
    Path golden = SAMPLES.resolve(name.replaceFirst("\\.[a-z]+$", ".yaml"));
    if (Boolean.getBoolean("golden.write")) {
      Files.writeString(golden, yaml);
    }
    assertThat(yaml).isEqualTo(Files.readString(golden));
  }

  @Test
  void noPasswordIsInTheResult() throws IOException {
    for (String name : List.of("3proxy-users.cfg", "3proxy-parents.cfg")) {
      assertThat(sample(name).yaml())
          .doesNotContain("wonderland", "$5$salt", "BD7DFBF29A93F93C63CB84790DA00E63", "sesame");
    }
  }

  private static boolean isAllowed(
      String yaml, @Nullable String user, String from, Command command, String to, int port) {
    InetAddress address =
        to.matches("[0-9.]+|.*:.*")
            ? InetAddress.ofLiteral(to)
            : InetAddress.ofLiteral("198.18.0.1");
    String name = to.matches("[0-9.]+|.*:.*") ? null : to;
    Question question =
        new Question(user, InetAddress.ofLiteral(from), command, name, address, port);
    return RuleBook.compile(read(yaml).rules()).explain(question).decision().allowed();
  }

  @ParameterizedTest
  @CsvSource({
    // dante-simple: the office reaches everything but the proxy's own host; nobody else gets in
    "dante-simple.conf,   ana, 10.1.2.3,    CONNECT, 198.51.100.80, 80,   true",
    "dante-simple.conf,   ana, 192.0.2.9,   CONNECT, 198.51.100.80, 80,   false",
    "dante-simple.conf,   ana, 10.1.2.3,    CONNECT, 127.0.0.1,     80,   false",
    "dante-simple.conf,   ana, 10.1.2.3,    CONNECT, 169.254.169.254, 80, false",
    "dante-simple.conf,   ana, 10.1.2.3,    UDP,     198.51.100.80, 53,   true",
    // dante-users: guests without a name, administrators, a group that we do not have
    "dante-users.conf,    -,   10.9.1.1,    CONNECT, 198.51.100.80, 443,  true",
    "dante-users.conf,    -,   10.9.1.1,    CONNECT, 198.51.100.80, 22,   false",
    "dante-users.conf,    ana, 10.9.1.1,    CONNECT, 198.51.100.80, 443,  false",
    "dante-users.conf,    ana, 10.1.1.1,    CONNECT, 10.2.2.2,      22,   true",
    "dante-users.conf,    tom, 10.1.1.1,    CONNECT, 10.2.2.2,      22,   false",
    "dante-users.conf,    -,   10.66.1.1,   CONNECT, 198.51.100.80, 443,  false",
    "dante-users.conf,    tom, 10.1.1.1,    CONNECT, mail.example.org, 587, true",
    "dante-users.conf,    -,   10.1.1.1,    CONNECT, mail.example.org, 587, false",
    "dante-users.conf,    tom, 10.1.1.1,    CONNECT, 198.51.100.80, 80,   false",
    "dante-users.conf,    tom, 2001:db8:1::5, CONNECT, mail.example.org, 587, true",
    "dante-users.conf,    tom, 2001:db8:2::5, CONNECT, mail.example.org, 587, false",
    // dante-interfaces: what was redirected or went through another proxy does not go directly
    "dante-interfaces.conf, ana, 172.16.2.2, CONNECT, 198.51.100.80, 80,  true",
    "dante-interfaces.conf, ana, 172.16.2.2, CONNECT, 198.51.100.80, 25,  false",
    "dante-interfaces.conf, ana, 172.16.2.2, UDP,     198.51.100.80, 53,  false",
    "dante-interfaces.conf, ana, 172.16.2.2, UDP,     198.51.100.80, 5000, true",
    "dante-interfaces.conf, ana, 172.16.2.2, CONNECT, 203.0.113.80, 80,   false",
    "dante-interfaces.conf, ana, 192.0.2.2,  CONNECT, 198.51.100.80, 80,  false",
    // 3proxy
    "3proxy-users.cfg,    ana, 192.0.2.9,   CONNECT, 198.51.100.80, 80,   true",
    "3proxy-users.cfg,    joe, 192.0.2.9,   CONNECT, 198.51.100.80, 80,   false",
    "3proxy-ports.cfg,    ana, 10.0.0.15,   UDP,     192.0.2.7,     53,   true",
    "3proxy-ports.cfg,    ana, 10.0.0.21,   UDP,     192.0.2.7,     53,   false",
    "3proxy-ports.cfg,    ana, 10.3.3.3,    CONNECT, www.example.org, 8080, true",
    "3proxy-ports.cfg,    tom, 192.0.2.9,   CONNECT, 198.51.100.80, 443,  true",
    "3proxy-ports.cfg,    eva, 192.0.2.9,   CONNECT, 10.1.1.1,      22,   false",
    "3proxy-ports.cfg,    tom, 10.1.0.1,    CONNECT, 198.51.100.80, 22,   false",
    "3proxy-parents.cfg,  ana, 10.1.0.1,    CONNECT, 198.51.100.80, 443,  false",
    "3proxy-parents.cfg,  ana, 10.1.0.1,    CONNECT, 198.51.100.80, 22,   true",
    "3proxy-parents.cfg,  ana, 10.2.0.1,    CONNECT, 198.51.100.80, 22,   true",
    "3proxy-parents.cfg,  ana, 192.0.2.9,   CONNECT, 198.51.100.80, 22,   false"
  })
  void whoReachedWhatReachesItAndNobodyElse(
      String name, String user, String from, Command command, String to, int port, boolean allowed)
      throws IOException {
    String yaml = sample(name).yaml();
    assertThat(isAllowed(yaml, user.equals("-") ? null : user, from, command, to, port))
        .as(yaml)
        .isEqualTo(allowed);
  }

  @ParameterizedTest
  @CsvSource({
    // dante takes the first of each family, unless it is told otherwise
    "c.conf, 'external: 192.0.2.7|external: 192.0.2.8',                       'addresses: [\"192.0.2.7\"]'",
    "c.conf, 'external: 192.0.2.7|external: 2001:DB8::7',                     'addresses: [\"192.0.2.7\", \"2001:db8::7\"]'",
    "c.conf, 'external: 192.0.2.7|external: 192.0.2.8|external.rotation: route', ''",
    "c.conf, 'external.rotation: same-same|external: 192.0.2.7',              'same-as-incoming: true'",
    "c.conf, 'external: eth0',                                                ''",
    "c.cfg,  'external 192.0.2.7|socks',                                      'addresses: [\"192.0.2.7\"]'",
    "c.cfg,  'external 192.0.2.7|socks -e192.0.2.8',                          'addresses: [\"192.0.2.8\"]'",
    "c.cfg,  'external 0.0.0.0|socks',                                        ''",
    "c.cfg,  'socks -46',                                                     'family: prefer-4'",
    "c.cfg,  'socks -6 -e2001:db8::7',                                        'addresses: [\"2001:db8::7\"], family: only-6'",
    "c.cfg,  'socks -e192.0.2.7|socks -p1081 -e192.0.2.8',                    'addresses: [\"192.0.2.7\"]'"
  })
  void whatConnectionsLeftByIsTheDefaultEgress(String name, String lines, String egress) {
    String yaml = translated(name, List.of(lines.split("\\|"))).yaml();
    EgressSettings wanted = read("egress: { default: { " + egress + " } }").egress().get("default");
    EgressSettings found = read(yaml).egress().get("default");
    assertThat(found).as(yaml).isEqualTo(egress.isEmpty() ? null : wanted);
  }

  @Test
  void aSecondServiceThatLeavesByAnotherAddressIsNotServedByTheFirstOnes() {
    Translation translation =
        ThreeProxy.translate("c", List.of("socks -e192.0.2.7", "socks -p1081 -e192.0.2.8"));
    assertThat(read(translation.yaml()).socks().listen()).hasSize(1);
    assertThat(translation.leftOut()).isEqualTo(1);
  }

  @Test
  void aDenialThatCannotBeSaidDeniesMoreAndAnAllowThatCannotBeSaidAllowsNothing() {
    String yaml =
        ThreeProxy.translate(
                "c",
                List.of(
                    "auth strong",
                    "deny * * ad*.example.com",
                    "allow * * * * * 1-5",
                    "allow ana",
                    "socks"))
            .yaml();
    assertThat(isAllowed(yaml, "ana", "10.0.0.1", Command.CONNECT, "198.51.100.1", 80)).isFalse();
  }

  @Test
  void anythingBecomesAConfigurationThatCanBeRead() throws IOException {
    List<String> words = new ArrayList<>();
    for (String name :
        List.of(
            "dante-users.conf",
            "dante-interfaces.conf",
            "3proxy-ports.cfg",
            "3proxy-parents.cfg")) {
      for (String line : Files.readAllLines(SAMPLES.resolve(name))) {
        words.addAll(List.of(line.strip().split("\\s+")));
      }
    }
    words.addAll(
        List.of(
            "\"",
            "{",
            "}",
            "\\",
            "::",
            "0/0",
            "10.0.0.0/99",
            "port",
            "99999",
            "\u00fc",
            "- {",
            "#"));
    Random random = new Random(5);
    for (int round = 0; round < 2_000; round++) {
      List<String> lines = new ArrayList<>();
      for (int i = random.nextInt(8); i >= 0; i--) {
        StringBuilder line = new StringBuilder();
        for (int j = random.nextInt(8); j >= 0; j--) {
          line.append(words.get(random.nextInt(words.size()))).append(' ');
        }
        lines.add(line.toString());
      }
      String name = round % 2 == 0 ? "any.conf" : "any.cfg";
      assertThat(ConfigurationReader.read("argyle.yaml", translated(name, lines).yaml()))
          .as("%s", lines)
          .isInstanceOf(Read.Ok.class);
    }
  }
}
