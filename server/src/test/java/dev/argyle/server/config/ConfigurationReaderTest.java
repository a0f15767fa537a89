package dev.argyle.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.RuleLine.Target;
import dev.argyle.server.config.Socks.Advertised;
import dev.argyle.server.config.Socks.PortRange;
import dev.argyle.wire.Addresses;
import dev.argyle.wire.socks.Command;
import dev.argyle.wire.socks.Method;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class ConfigurationReaderTest {

  private static Configuration ok(String text) {
    return switch (ConfigurationReader.read("argyle.yaml", text)) {
      case Read.Ok(Configuration configuration, _) -> configuration;
      case Read.Wrong(List<ConfigProblem> problems) -> throw new AssertionError(problems);
    };
  }

  private static List<String> wrong(String text) {
    return switch (ConfigurationReader.read("argyle.yaml", text)) {
      case Read.Ok(Configuration configuration, _) -> throw new AssertionError(configuration);
      case Read.Wrong(List<ConfigProblem> problems) ->
          problems.stream().map(ConfigProblem::toString).toList();
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing\n", "---\n", "socks:\nrules:\ndns:\nlog:\n", "{}", "null"})
  void whatIsNotWrittenHasItsDefault(String text) {
    assertThat(ok(text)).isEqualTo(Configuration.defaults());
  }

  @Test
  void everyKindOfValueIsRead() {
    Configuration read =
        ok(
            """
            socks:
              listen: ["127.0.0.1:0", "[::1]:1080", localhost:1081]
              authentication: [password]
              idle-timeout: 0
              bind-timeout: 500ms
              buffer-size: 128KiB
              kernel-buffers: 256KiB
              udp: { advertise: 192.0.2.1, ports: 40000-40999 }
              penalties: { enabled: false }
              proxy-protocol: { from: [10.0.0.0/8, "::1"] }
              relay: buffer
              loops: 3
            management:
              mass: { listen: null, counters: little-endian }
            dns: { servers: [192.0.2.53, "[::1]:5353"] }
            log: { access: null, security: /var/log/argyle, format: json }
            """);
    Socks socks = read.socks();
    assertThat(socks.listen())
        .extracting(Endpoint::toString)
        .containsExactly("127.0.0.1:0", "[::1]:1080", "localhost:1081");
    assertThat(socks.authentication()).containsExactly(Method.PASSWORD);
    assertThat(socks.idleTimeout()).isZero();
    assertThat(socks.bindTimeout()).isEqualTo(Duration.ofMillis(500));
    assertThat(socks.bufferSize()).isEqualTo(131_072);
    assertThat(socks.kernelBuffers()).isEqualTo(262_144);
    assertThat(socks.udp().advertise()).isEqualTo(Advertised.toAll("192.0.2.1"));
    assertThat(socks.udp().ports()).isEqualTo(new PortRange(40_000, 40_999));
    assertThat(socks.penaltiesEnabled()).isFalse();
    assertThat(socks.proxyProtocolFrom())
        .extracting(Network::toString)
        .containsExactly("10.0.0.0/8", "::1/128");
    assertThat(socks.loops()).isEqualTo(3);
    assertThat(read.management().mass())
        .isEqualTo(new Management.Mass(null, false, Management.Counters.LITTLE_ENDIAN));
    assertThat(read.dns().servers())
        .containsExactly(new Endpoint("192.0.2.53", 53), new Endpoint("::1", 5353));
    assertThat(read.log()).isEqualTo(new Log(null, "/var/log/argyle", Log.Format.JSON));
  }

  @Test
  void aRuleIsReadWithItsLine() {
    RuleLine rule =
        ok("""
        rules:

          - { allow: true, users: [ana, 123, "-"], from: [10.0.0.0/8], commands: [udp, bind],
              to: [10.1.2.3, Example.ORG., "*.example.net", "2001:db8::/32"],
              ports: [80, 1000-2000], source: 192.0.2.7 }
        """)
            .rules()
            .getFirst();
    assertThat(rule)
        .isEqualTo(
            new RuleLine(
                true,
                Set.of("ana", "123", "-"),
                List.of(new Target.Addresses(Network.parse("10.0.0.0/8"))),
                Set.of(Command.UDP, Command.BIND),
                List.of(
                    new Target.Addresses(Network.parse("10.1.2.3/32")),
                    new Target.Host("example.org"),
                    new Target.Suffix("example.net"),
                    new Target.Addresses(Network.parse("2001:db8::/32"))),
                List.of(new PortRange(80, 80), new PortRange(1000, 2000)),
                Addresses.parse("192.0.2.7"),
                "argyle.yaml:3"));
  }

  @Test
  void noneIsWrittenOutOnlyWhereTheFileNamesIt() {
    assertThat(ok("socks: { authentication: [none] }").socks().noneIsWrittenOut()).isTrue();
    assertThat(ok("socks: { authentication: [password] }").socks().noneIsWrittenOut()).isFalse();
    assertThat(ok("socks: { relay: auto }").socks().noneIsWrittenOut()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          rules: [{ allow: true, to: [10.0.0.0/33] }]|1:29: rules[0].to[0]: "10.0.0.0/33" is not a network; an IPv4 prefix is 0 to 32
          rules: [{ allow: true, to: [10.1.0.0/8] }]|1:29: rules[0].to[0]: "10.1.0.0/8" has bits behind its prefix; the network is 10.0.0.0/8
          rules: [{ allow: true, to: [010.0.0.1] }]|1:29: rules[0].to[0]: "010.0.0.1" is not a destination; write a network (10.0.0.0/8), an address, a host name, *.example.org, @LIST, or country:DE
          rules: [{ allow: true, to: [] }]|1:28: rules[0].to: is an empty list; leave the key out for any
          rules: [{ to: [10.0.0.0/8] }]|1:9: rules[0]: has no allow; a rule says allow: true or allow: false
          rules: [{ allow: maybe }]|1:18: rules[0].allow: "maybe" is not one of false, true
          rules: [{ allow: true, ports: [0] }]|1:32: rules[0].ports[0]: "0" is not a port or range; a port is 1 to 65535, and a range goes from the lower to the higher
          rules: [{ allow: true, ports: [9-7] }]|1:32: rules[0].ports[0]: "9-7" is not a port or range; a port is 1 to 65535, and a range goes from the lower to the higher
          rules: [{ allow: true, where: [a] }]|1:24: rules[0].where: is not a key; the keys here are allow, users, from, commands, to, ports, source, egress
          rules: [{ allow: true, source: 0.0.0.0 }]|1:32: rules[0].source: "0.0.0.0" is not the address of a host, as 192.0.2.1 or 2001:db8::1 are
          rules: { allow: true }|1:8: rules: takes a list, as in [a, b]
          rules: [5]|1:9: rules[0]: takes a map of keys, as in { key: value }
          sockz: {}|1:1: sockz: is not a key; did you mean socks?
          socks: { handshake-timeot: 2s }|1:10: socks.handshake-timeot: is not a key; did you mean handshake-timeout?
          socks: { authentication: [pasword] }|1:27: socks.authentication[0]: "pasword" is not one of gssapi, password, none; did you mean password?
          socks: { authentication: [gssapi] }|1:26: socks.authentication: gssapi needs the keys of the service; name their file as socks.gssapi.keytab
          socks: { authentication: [none, none] }|1:26: socks.authentication: none is in the list twice
          socks: { idle-timeout: soon }|1:24: socks.idle-timeout: "soon" is not a duration; write it as 500ms, 90s, 2m, 1h or 1d
          socks: { idle-timeout: 5 }|1:24: socks.idle-timeout: "5" is not a duration; write it as 500ms, 90s, 2m, 1h or 1d
          socks: { connect-timeout: 0 }|1:27: socks.connect-timeout: 0 is out of bounds; 100ms to 1h
          socks: { connect-timeout: }|1:26: socks.connect-timeout: has no value; leave the key out for its default
          socks: { connect-timeout: [1s] }|1:27: socks.connect-timeout: takes one value, not a list or a map
          socks: { connect-timeout: !wait 1s }|1:27: socks.connect-timeout: has a tag, "!wait"; take it out
          socks: { buffer-size: big }|1:23: socks.buffer-size: "big" is not a size; write it as 65536 (octets), 64KiB or 1MiB
          socks: { kernel-buffers: 1KiB }|1:26: socks.kernel-buffers: 1KiB is out of bounds; 16KiB to 64MiB
          socks: { max-connections: many }|1:27: socks.max-connections: "many" is not a whole number; 1 to 1000000
          socks: { listen: ["127.0.0.1"] }|1:19: socks.listen[0]: "127.0.0.1" has no port; write 127.0.0.1:PORT
          socks: { listen: ["::1:1080"] }|1:19: socks.listen[0]: "::1:1080" is not host:port; an IPv6 address goes in brackets, as in [::1]:1080
          socks: { listen: [":1080"] }|1:19: socks.listen[0]: ":1080" names no host; [::]:1080 is every address of this one
          socks: { listen: ["1.2.3.4:99999"] }|1:19: socks.listen[0]: "1.2.3.4:99999" has no usable port; a port is 0 to 65535; 0 asks for a free one
          socks: { listen: [a:1, a:1] }|1:24: socks.listen[1]: "a:1" is in the list twice
          socks: { listen: ["0.0.0.0:1", "[::]:1"] }|1:32: socks.listen[1]: [::]:1 includes 0.0.0.0:1; leave one of them out
          socks: { listen: ["127.0.0.1:1", "0.0.0.0:1"] }|1:34: socks.listen[1]: 0.0.0.0:1 includes 127.0.0.1:1; leave one of them out
          socks: { listen: ["[fe80::1]:1"] }|1:19: socks.listen[0]: "[fe80::1]:1" is not host:port; the host is a link-local address, which needs the interface that it is of, as in fe80::1%eth0
          "a\\tb\\e[31m": 1|1:1: "a\\u0009b\\u001b[31m": is not a key; the keys here are socks, rules, lists, countries, plans, egress, dns, dissectors, management, accounts, log, history
          log: { access: "\\ud800" }|1:16: log.access: "\\ud800" cannot be the name of a file
          socks: { listen: [] }|1:18: socks.listen: is an empty list; name at least one host:port
          socks: [1, 2]|1:8: socks: takes a map of keys, as in { key: value }
          socks: { relay: auto, relay: splice }|1:23: socks.relay: is here twice; the first is in line 1
          socks: { udp: { advertise: { 10.0.0.0/8: here } } }|1:42: socks.udp.advertise.10.0.0.0/8: "here" is not the address of a host, as 192.0.2.1 or 2001:db8::1 are
          accounts: { url: "jdbc:postgresql://db/argyle?password=secret" }|1:18: accounts.url: PostgreSQL is not built yet in this version; null keeps the accounts in SQLite, in the data directory
          accounts: { url: "mysql://secret" }|1:18: accounts.url: is not a URL that begins with jdbc:postgresql://; null keeps the accounts in SQLite, in the data directory
          dns: { servers: [dns.example] }|1:18: dns.servers[0]: "dns.example" is not a name server; write its address, as 192.0.2.53 or 192.0.2.53:5353
          log: { access: stderr }|1:16: log.access: takes stdout or a file, not stderr
          ? [a] : b|1:3: a key is one word, not a list or a map
          [1]|1:1: takes a map of keys, as in { key: value }
          """)
  void aMistakeIsNamedWithItsPlaceItsKeyAndWhatWouldBeRight(String text, String problem) {
    assertThat(wrong(text)).containsExactly("argyle.yaml:" + problem);
  }

  @Test
  void everyMistakeIsReportedInTheOrderOfTheFile() {
    assertThat(
            wrong(
                """
                log: { format: xml }
                socks:
                  relay: fast
                  nonsense: 1
                rules:
                  - { allow: perhaps, to: [10.0.0.0/99, "a b"] }
                """))
        .extracting(problem -> problem.replaceFirst("^argyle.yaml:([0-9]+:[0-9]+: [^:]+):.*", "$1"))
        .containsExactly(
            "1:16: log.format",
            "3:10: socks.relay",
            "4:3: socks.nonsense",
            "6:14: rules[0].allow",
            "6:28: rules[0].to[0]",
            "6:41: rules[0].to[1]");
  }

  @Test
  void mistakesBeyondTheThousandthAreCounted() {
    String text = "rules:\n" + "  - { allow: 1 }\n".repeat(Problems.MOST_KEPT + 3);
    assertThat(wrong(text))
        .hasSize(Problems.MOST_KEPT + 1)
        .last()
        .isEqualTo("argyle.yaml: and 3 more problems");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          socks:\\n\\tlisten: []|2:1
          a: b\\n---\\nc: d|2:1
          socks: { relay: auto|1:21
          a: *nowhere|1:4
          rules: \\7|1:8
          """)
  void whatIsNotYamlIsNamedWithItsPlace(String text, String place) {
    String unescaped = text.translateEscapes();
    assertThat(wrong(unescaped))
        .singleElement()
        .asString()
        .startsWith("argyle.yaml:" + place + ": ")
        .hasLineCount(1);
  }

  @Test
  void nestingWithoutEndIsAProblemAndNotACrash() {
    assertThat(wrong("a: " + "[".repeat(200_000))).isNotEmpty();
  }

  /** Each takes two octets of the file and some 300 of the heap: its length is no bound. */
  @Test
  void aFileOfTooManyValuesIsAProblemBeforeItFillsTheHeap() {
    assertThat(wrong("rules: [" + "a,".repeat(YamlDocument.MAX_NODES) + "a]"))
        .containsExactly("argyle.yaml: has more than 500,000 keys and values");
    assertThat(wrong("rules: [" + "a,".repeat(YamlDocument.MAX_NODES - 5) + "a]"))
        .as("one list, one map and a key besides")
        .hasSize(Problems.MOST_KEPT + 1);
  }

  @Test
  void aFileThatIsTooLongIsAProblemBeforeItIsParsed(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("argyle.yaml");
    Files.write(file, new byte[YamlDocument.MAX_OCTETS + 1]);
    assertThat(ConfigurationReader.read(file))
        .isEqualTo(
            new Read.Wrong(List.of(ConfigProblem.ofFile(file.toString(), "is larger than 8MiB"))));
  }

  @Test
  void aFileThatIsNotThereIsNamed(@TempDir Path folder) {
    assertThat(ConfigurationReader.read(folder.resolve("missing.yaml")))
        .isEqualTo(
            new Read.Wrong(
                List.of(
                    ConfigProblem.ofFile(
                        folder.resolve("missing.yaml").toString(), "there is no such file"))));
    assertThat(ConfigurationReader.read(folder)).isInstanceOf(Read.Wrong.class);
  }

  @Test
  void aFileThatIsNotUtf8IsAProblemWithItsPlace(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("argyle.yaml");
    Files.write(file, "socks:\n  # caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(ConfigurationReader.read(file))
        .isEqualTo(
            new Read.Wrong(
                List.of(
                    new ConfigProblem(file.toString(), 2, 8, "", "is not UTF-8 from here on"))));
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheText(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("argyle.yaml");
    Files.writeString(file, "\ufeffsocks: { loops: 2 }\n");
    assertThat(ConfigurationReader.read(file))
        .isInstanceOfSatisfying(
            Read.Ok.class, ok -> assertThat(ok.configuration().socks().loops()).isEqualTo(2));
  }
}
