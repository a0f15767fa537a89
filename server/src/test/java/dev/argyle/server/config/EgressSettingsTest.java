package dev.argyle.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.wire.Addresses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Egresses in the configuration, and in the manual. */
@Tag("unit")
class EgressSettingsTest {

  private static final Path PAGE = Path.of("../docs/egress.md");

  private static Configuration read(String yaml) {
    return switch (ConfigurationReader.read("argyle.yaml", yaml)) {
      case Read.Ok ok -> ok.configuration();
      case Read.Wrong(var problems) -> throw new AssertionError(problems);
    };
  }

  private static String problem(String yaml) {
    return switch (ConfigurationReader.read("argyle.yaml", yaml)) {
      case Read.Ok _ -> throw new AssertionError("it is right");
      case Read.Wrong(var problems) -> problems.getFirst().toString();
    };
  }

  @Test
  void everyKeyOfAnEgressIsRead() {
    EgressSettings read =
        read("""
                egress:
                  out:
                    addresses: [192.0.2.7, 192.0.2.8]
                    prefix: 2001:db8:1::/64
                    free-bind: true
                    pick: sticky
                    sticky-time: 30m
                    by: destination
                    family: prefer-4
                    interface: eth1
                    mark: 0x1f
                """)
            .egress()
            .get("out");
    assertThat(read)
        .isEqualTo(
            new EgressSettings(
                List.of(
                    java.util.Objects.requireNonNull(Addresses.parse("192.0.2.7")),
                    java.util.Objects.requireNonNull(Addresses.parse("192.0.2.8"))),
                Network.parse("2001:db8:1::/64"),
                true,
                EgressSettings.Pick.STICKY,
                Duration.ofMinutes(30),
                EgressSettings.By.DESTINATION,
                EgressSettings.Families.PREFER_4,
                false,
                "eth1",
                31));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "addresses: [192.0.2.7, 192.0.2.7]               | addresses[1]: \"192.0.2.7\" is in the list twice",
        "addresses: [0.0.0.0]                            | is not the address of a host",
        "addresses: [example.org]                        | is not the address of a host",
        "prefix: 2001:db8::/31                           | is too large a network; an IPv6 prefix is /32 or longer",
        "prefix: 8.0.0.0/7                               | is too large a network; an IPv4 prefix is /8 or longer",
        "prefix: 2001:db8::1/64                          | has bits behind its prefix",
        "addresses: [192.0.2.7], prefix: 198.51.100.0/24 | addresses has addresses of IPv4 too",
        "prefix: 2001:db8::/64, pick: least-used         | has too many",
        "prefix: 2001:db8::/117, pick: least-used        | has too many",
        "addresses: [192.0.2.7], same-as-incoming: true  | leave addresses and prefix out",
        "addresses: [192.0.2.7], family: only-6          | family: is only-6, and no address here",
        "pick: rotate, by: account                       | by: is of pick: sticky alone",
        "pick: random, sticky-time: 1m                   | sticky-time: is of pick: sticky alone",
        "pick: round-robin                               | is not one of sticky, rotate, random, least-used",
        "sticky-time: 999ms                              | out of bounds",
        "sticky-time: 31d                                | out of bounds",
        "by: session                                     | socks.session-suffix is false",
        "interface: \"a b\"                              | is not the name of an interface",
        "interface: sixteen-letters-                     | is not the name of an interface",
        "mark: 0                                         | is not a mark",
        "mark: 4294967296                                | is not a mark",
        "mark: 0x100000000                               | is not a mark",
        "adresses: [192.0.2.7]                           | did you mean addresses?",
      })
  void whatDoesNotFitIsNamedWithItsPlace(String egress, String words) {
    assertThat(problem("egress: { out: { " + egress + " } }"))
        .startsWith("argyle.yaml:1:")
        .contains("egress.out")
        .contains(words);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{ addresses: [] }",
        "{ addresses: [192.0.2.7], prefix: 2001:db8::/32 }",
        "{ prefix: 10.0.0.0/8 }",
        "{ prefix: 2001:db8::/118, pick: least-used }",
        "{ prefix: 192.0.2.0/22, pick: rotate }",
        "{ addresses: [192.0.2.7], family: prefer-6 }",
        "{ same-as-incoming: true, mark: 4294967295, interface: fifteen-letters }",
      })
  void whatFitsIsTaken(String egress) {
    assertThat(
            read("egress: { out: " + egress.replace("192.0.2.0/22", "192.0.0.0/22") + " }")
                .egress())
        .containsOnlyKeys("out");
  }

  @Test
  void moreAddressesThanThereMayBeAreRefused() {
    assertThat(read(addresses(1024)).egress().get("out"))
        .satisfies(out -> assertThat(out.addresses()).hasSize(1024));
    assertThat(problem(addresses(1025))).contains("has 1025 addresses; an egress has at most 1024");
  }

  private static String addresses(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "10.1." + i / 250 + "." + (1 + i % 250))
        .collect(Collectors.joining(", ", "egress: { out: { addresses: [", "] } }"));
  }

  @Test
  void anUnknownNameIsFoundWhereItIsWritten() {
    String egress = "egress: { out: {} }\n";
    assertThat(problem(egress + "rules:\n  - { allow: true, egress: oout }\n"))
        .startsWith("argyle.yaml:3:")
        .contains("rules[0].egress: \"oout\" is no egress of this configuration; it has out");
    assertThat(problem("plans:\n  basic: { egress: out }\n"))
        .startsWith("argyle.yaml:2:")
        .contains("plans.basic.egress: \"out\" is no egress of this configuration; it has none");
    assertThat(read(egress + "plans: { basic: { egress: out }, other: { egress: none } }").plans())
        .hasSize(2);
    assertThat(problem(egress + "rules: [{ allow: true, egress: out, source: 192.0.2.1 }]"))
        .contains("egress: and source say the same");
    assertThat(problem("egress: { \"a b\": {} }")).contains("is not the name of an egress");
  }

  @Test
  void aSessionMayBeGoneByWhereLoginsNameIt() {
    String yaml = "socks: { session-suffix: true }\negress: { out: { by: session } }";
    assertThat(read(yaml).egress().get("out"))
        .satisfies(out -> assertThat(out.by()).isEqualTo(EgressSettings.By.SESSION));
  }

  @Test
  void theManualsTableIsThatOfTheProgram() throws IOException {
    Map<String, String> rows =
        Files.readAllLines(PAGE).stream()
            .filter(line -> line.startsWith("| `") && line.split(" \\| ").length == 4)
            .map(line -> line.replaceAll("^\\| | \\|$|`", "").split(" \\| "))
            .collect(Collectors.toMap(cells -> cells[0], cells -> String.join(" | ", cells)));
    Map<String, Object> defaults = Keys.EGRESS.defaults();
    for (Key<?> key : Keys.EGRESS.keys()) {
      assertThat(rows.getOrDefault(key.path(), ""))
          .startsWith(
              String.join(
                  " | ", key.path(), key.show(defaults), key.kind().values(), key.meaning()));
    }
    assertThat(rows).hasSize(Keys.EGRESS.keys().size());
  }
}
