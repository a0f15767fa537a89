package dev.argyle.server.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an account may, in the configuration, in one line of text, and in the manual. */
@Tag("unit")
class AttributesTest {

  private static final Path PAGE = Path.of("../docs/accounts.md");

  /** A value of each attribute, as it is written back. */
  static Map<String, String> samples() {
    Map<String, String> samples = new TreeMap<>();
    samples.put("expires", "2026-12-31T18:00:00Z");
    samples.put("from", "10.0.0.0/8, 2001:db8::/32");
    samples.put("from-mode", "strict");
    samples.put("connections", "5");
    samples.put("associations", "2");
    samples.put("addresses", "3");
    samples.put("when-full", "end-oldest");
    samples.put("opens.rate", "10");
    samples.put("opens.burst", "20");
    samples.put("rate.up", "1MiB");
    samples.put("rate.down", "10MiB");
    samples.put("rate.burst", "256KiB");
    samples.put("egress", "office");
    samples.put("quota.octets", "10GiB");
    samples.put("quota.period", "month 15");
    samples.put("quota.counts", "down");
    samples.put("quota.then", "1MiB");
    samples.put("hours", "mon-fri 08:00-18:00, sat");
    samples.put("rules", "kids");
    samples.put("note", "paid: until June, #42");
    return samples;
  }

  static List<String> names() {
    return Attributes.names();
  }

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
  void thereIsASampleOfEachAttribute() {
    assertThat(samples()).containsOnlyKeys(Attributes.names());
  }

  @ParameterizedTest
  @MethodSource("names")
  void valueReadsBackAsItWasWrittenAndIsTakenAway(String name) {
    String sample = requireNonNull(samples().get(name));
    Attributes with = Attributes.NONE.with(name, sample);
    assertThat(with.texts()).isEqualTo(Map.of(name, sample));
    assertThat(with.with(name, null)).isSameAs(Attributes.NONE);
    OwnAttributes own = OwnAttributes.NONE.with(name, sample).with("plan", "basic");
    assertThat(OwnAttributes.parse(own.text())).isEqualTo(own);
  }

  @ParameterizedTest
  @MethodSource("names")
  void planOfTheConfigurationHasTheSameValuesAndIsPrintedAsItIsRead(String name) {
    String sample = requireNonNull(samples().get(name));
    boolean isList = name.equals("from") || name.equals("hours");
    String value =
        isList
            ? Arrays.stream(sample.split(", ")).map(Quote::yaml).toList().toString()
            : name.equals("note") || name.equals("expires") ? Quote.yaml(sample) : sample;
    String path = name.replace(".", ": { ");
    String yaml =
        "egress: { office: {} }\nplans: { basic: { "
            + path
            + ": "
            + value
            + (name.contains(".") ? " }" : "")
            + " } }";
    Configuration configuration = read(yaml);
    assertThat(configuration.plans())
        .isEqualTo(Map.of("basic", Attributes.NONE.with(name, sample)));
    String printed = ConfigurationPrinter.print(configuration);
    assertThat(read(printed).plans()).as("%s", printed).isEqualTo(configuration.plans());
  }

  @Test
  void ownValuesGoBeforeThoseOfThePlan() {
    Attributes plan = Attributes.NONE.with("connections", "5").with("rate.up", "1MiB");
    OwnAttributes own =
        OwnAttributes.NONE.with("plan", "basic").with("rate.up", "none").with("addresses", "2");
    assertThat(own.in(Map.of("basic", plan)).texts())
        .isEqualTo(Map.of("connections", "5", "rate.up", "none", "addresses", "2"));
    assertThat(own.in(Map.of()).texts()).as("the plan is gone").doesNotContainKey("connections");
  }

  @Test
  void noneLiftsALimit() {
    for (String name : List.of("expires", "from", "connections", "opens.rate", "hours")) {
      assertThat(Attributes.NONE.with(name, "none").texts()).isEqualTo(Map.of(name, "none"));
    }
    assertThat(Attributes.limit(Attributes.NONE.with("connections", "none").connections()))
        .isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "connections | 0       | 1 to 1000000",
        "connections | 1000001 | 1 to 1000000",
        "connections | many    | whole number",
        "rate.up     | 1023    | 1KiB to 8GiB",
        "rate.down   | 9GiB    | 1KiB to 8GiB",
        "rate.burst  | 16383   | 16KiB to 1GiB",
        "expires     | soon    | 2026-12-31",
        "from        | 10.0.0.1/8 | bits behind its prefix",
        "hours       | always  | mon-fri 08:00-18:00",
        "when-full   | refuze  | did you mean refuse?",
        "plan        | a b     | letters, digits",
        "conections  | 5       | did you mean connections?",
      })
  void wrongValueIsRefusedWithWhatWouldBeRight(String name, String value, String advice) {
    assertThatThrownBy(() -> OwnAttributes.NONE.with(Map.of(name, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(name + ": ")
        .hasMessageContaining(advice);
  }

  @Test
  void noteIsBounded() {
    assertThat(Attributes.NONE.with("note", "x".repeat(200)).note()).hasSize(200);
    assertThatThrownBy(() -> Attributes.NONE.with("note", "x".repeat(201)))
        .hasMessageContaining("200");
    assertThatThrownBy(() -> Attributes.NONE.with("note", "two\nlines"))
        .hasMessageContaining("one line");
    String many = "192.0.2.1, ".repeat(64) + "192.0.2.1";
    assertThatThrownBy(() -> Attributes.NONE.with("from", many)).hasMessageContaining("64");
  }

  @Test
  void mistakesOfAPlanNameTheirPlace() {
    assertThat(problem("plans:\n  basic: { connections: -1 }\n"))
        .startsWith("argyle.yaml:2:25: plans.basic.connections: ");
    assertThat(problem("plans:\n  basic: { conections: 1 }\n"))
        .contains("plans.basic.conections: is not a key; did you mean connections?");
    assertThat(problem("plans:\n  \"a b\": { connections: 1 }\n")).contains("the name of a plan");
    assertThat(problem("plans: [basic]\n")).contains("takes a map of keys");
  }

  @Test
  void dayOfExpiryIsTheLastOne() {
    Instant end = LocalDate.of(2027, 1, 1).atStartOfDay(ZoneId.systemDefault()).toInstant();
    assertThat(Attributes.NONE.with("expires", "2026-12-31").expires()).isEqualTo(end);
  }

  @ParameterizedTest
  @CsvSource({
    "mon-fri 08:00-18:00, 2026-11-30T08:00, true",
    "mon-fri 08:00-18:00, 2026-11-30T07:59, false",
    "mon-fri 08:00-18:00, 2026-11-30T17:59, true",
    "mon-fri 08:00-18:00, 2026-11-30T18:00, false",
    "mon-fri 08:00-18:00, 2026-11-28T12:00, false",
    "sat-mon, 2026-11-29T23:59, true",
    "sat-mon, 2026-12-01T00:00, false",
    "fri 22:00-06:00, 2026-11-28T05:59, true",
    "fri 22:00-06:00, 2026-11-28T22:30, false",
    "sun 22:00-24:00, 2026-11-29T23:59, true",
    "sun 00:00-03:00, 2026-10-25T02:30, true",
    "sun 02:00-03:00, 2026-03-29T03:00, false",
  })
  void hoursGoByWhatTheClockShows(String hours, String at, boolean within) {
    ZonedDateTime time = ZonedDateTime.parse(at + ":00+01:00[Europe/Berlin]");
    assertThat(Hours.parse(hours).contains(time)).isEqualTo(within);
    assertThat(Hours.parse(Hours.parse(hours).toString())).isEqualTo(Hours.parse(hours));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "mon 8", "mon 08:00-08:00", "mon 24:00-25:00", "foo", "mon 10:60-11:00"})
  void whatIsNoTimeOfTheWeekIsRefused(String text) {
    assertThatThrownBy(() -> Hours.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "from=0.0.0.0/0", "from=10.0.0.0/8, ::/0", "from=none"})
  void whereTheAddressIsEnoughTheAccountItselfNamesNetworks(String from) {
    Map<String, @Nullable String> changes = new TreeMap<>(Map.of("from-mode", "address-only"));
    if (!from.isEmpty()) {
      changes.put("from", from.substring(5));
    }
    assertThatThrownBy(() -> OwnAttributes.NONE.with(changes).requireNetworks())
        .hasMessageStartingWith("from-mode: address-only needs from, the account's own");
  }

  @Test
  void planMakesNoAddressAnAccount() {
    assertThat(problem("plans: { office: { from: [10.0.0.0/8], from-mode: address-only } }"))
        .contains("from-mode: address-only makes a client's address one account");
  }

  @Test
  void weekIsWholeWhereItsHoursAre() {
    Hours week = Hours.parse("mon-sun");
    assertThat(week.first()).isEqualTo(DayOfWeek.MONDAY);
    ZonedDateTime at = ZonedDateTime.parse("2026-11-30T00:00:00Z");
    for (int hour = 0; hour < 7 * 24; hour++) {
      assertThat(week.contains(at.plusHours(hour))).isTrue();
    }
  }

  /** The manual's table of attributes. */
  private static List<List<String>> table() throws IOException {
    return Files.readAllLines(PAGE).stream()
        .filter(line -> line.startsWith("| `"))
        .map(line -> List.of(line.replaceAll("^\\| | \\|$|`", "").split(" \\| ")))
        .filter(cells -> cells.size() == 3 && Attributes.valuesOf(cells.getFirst()) != null)
        .toList();
  }

  @Test
  void manualsTableHasEveryAttributeWithItsValuesAndMeaning() throws IOException {
    List<List<String>> table = table();
    assertThat(table.stream().map(List::getFirst)).containsExactlyElementsOf(Attributes.names());
    for (List<String> row : table) {
      Key<?> key =
          Keys.PLAN.keys().stream()
              .filter(one -> one.path().equals(row.getFirst()))
              .findFirst()
              .orElseThrow();
      assertThat(row.get(1)).as(row.getFirst()).isEqualTo(key.kind().values());
      assertThat(row.get(2)).as(row.getFirst()).startsWith(key.meaning());
    }
  }

  @Test
  void unknownNameHasNoValues() {
    @Nullable String values = Attributes.valuesOf("speed");
    assertThat(values).isNull();
  }
}
