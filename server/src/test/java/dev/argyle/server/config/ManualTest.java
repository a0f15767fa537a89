package dev.argyle.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Compares the tables of {@code docs/configuration.md} with {@link Keys}. */
@Tag("arrows")
class ManualTest {

  /** A line of the manual's table; the table of a rule's keys has no defaults. */
  record Row(String key, String byDefault, String values, String meaning) {

    /** A default is compared as YAML, whose quotation marks may be left out. */
    static Row of(String key, String byDefault, String values, String meaning) {
      return new Row(key, String.valueOf(load(byDefault)), values, meaning);
    }
  }

  private static final Path PAGE = Path.of("../docs/configuration.md");

  private static final Pattern BOUNDS =
      Pattern.compile("(0 or |auto or )?([0-9]+)([A-Za-z]*) to ([0-9]+)([A-Za-z]*)");

  static List<Row> rows() throws IOException {
    return cells(4).map(cell -> Row.of(cell[0], cell[1], cell[2], cell[3])).toList();
  }

  private static List<Row> ruleRows() throws IOException {
    return cells(3).map(cell -> Row.of(cell[0], "", cell[1], cell[2])).toList();
  }

  /** The lines of a table with so many columns, without marks for code. */
  private static Stream<String[]> cells(int columns) throws IOException {
    return Files.readAllLines(PAGE).stream()
        .filter(line -> line.startsWith("| `"))
        .map(line -> line.replaceAll("^\\| | \\|$|`", "").split(" \\| "))
        .filter(cells -> cells.length == columns);
  }

  static List<Row> bounded() throws IOException {
    return rows().stream().filter(row -> BOUNDS.matcher(row.values()).matches()).toList();
  }

  private static @Nullable Object load(String yaml) {
    return new Load(LoadSettings.builder().build()).loadFromString(yaml);
  }

  private static void flatten(String path, Object value, Map<String, String> into) {
    if (value instanceof Map<?, ?> map) {
      map.forEach(
          (key, inner) ->
              flatten(
                  path.isEmpty() ? "" + key : path + "." + key,
                  Objects.requireNonNullElse(inner, "null"),
                  into));
    } else {
      into.put(path, value.toString());
    }
  }

  @Test
  void theTablesAreThoseOfTheProgram() throws IOException {
    assertSame(rows(), Keys.ALL, key -> key.show(Keys.ALL.defaults()));
    assertSame(ruleRows(), Keys.RULE, key -> "");
  }

  /** A description begins with the meaning of the key; the rest is the manual's own. */
  private static void assertSame(
      List<Row> manual, Table<?> table, Function<Key<?>, String> byDefault) {
    List<Row> expected =
        table.keys().stream()
            .map(
                key -> Row.of(key.path(), byDefault.apply(key), key.kind().values(), key.meaning()))
            .toList();
    List<Row> shortened = new ArrayList<>();
    for (int i = 0; i < manual.size(); i++) {
      Row row = manual.get(i);
      String meaning = i < expected.size() ? expected.get(i).meaning() : "";
      boolean begins = !meaning.isEmpty() && row.meaning().startsWith(meaning);
      shortened.add(
          new Row(row.key(), row.byDefault(), row.values(), begins ? meaning : row.meaning()));
    }
    assertThat(shortened).containsExactlyElementsOf(expected);
  }

  @Test
  void everyKeyIsThereWithTheDefaultThatTheRecordsHave() throws IOException {
    // Written out, for where it is the default the printer makes a comment of it.
    Read read =
        ConfigurationReader.read("argyle.yaml", "socks: { authentication: [password, none] }");
    Map<String, String> effective = new LinkedHashMap<>();
    String printed = ConfigurationPrinter.print(((Read.Ok) read).configuration());
    flatten("", Objects.requireNonNull(load(printed)), effective);
    Map<String, String> manual = new LinkedHashMap<>();
    rows().forEach(row -> manual.put(row.key(), String.valueOf(load(row.byDefault()))));
    assertThat(manual).containsExactlyEntriesOf(effective);
    assertThat(((Read.Ok) read).configuration().socks().authentication())
        .isEqualTo(Configuration.defaults().socks().authentication());
  }

  @ParameterizedTest
  @MethodSource("bounded")
  void boundsHoldAtTheirEdges(Row row) {
    Matcher bounds = BOUNDS.matcher(row.values());
    assertThat(bounds.matches()).isTrue();
    boolean duration = bounds.group(5).matches("ms|[smhd]");
    long least = number(bounds.group(2), bounds.group(3));
    long most = number(bounds.group(4), bounds.group(5));
    String unit = duration ? "ms" : "";
    assertThat(read(row.key(), least + unit)).as("the least").isInstanceOf(Read.Ok.class);
    assertThat(read(row.key(), most + unit)).as("the most").isInstanceOf(Read.Ok.class);
    assertThat(read(row.key(), most + 1 + unit)).as("one more").isInstanceOf(Read.Wrong.class);
    assertThat(read(row.key(), least - 1 + unit)).as("one less").isInstanceOf(Read.Wrong.class);
    if (bounds.group(1) != null) {
      String other = bounds.group(1).contains("auto") ? "auto" : "0";
      assertThat(read(row.key(), other)).as(other).isInstanceOf(Read.Ok.class);
    }
  }

  @Test
  void theTableNamesBoundsForEveryDurationSizeAndCount() throws IOException {
    assertThat(rows()).filteredOn(row -> row.byDefault().matches("[0-9]+[A-Za-z]*")).hasSize(34);
    assertThat(bounded()).hasSize(38);
  }

  private static long number(String number, String unit) {
    if (unit.matches("ms|[smhd]")) {
      return Quantities.duration(number + unit).toMillis();
    }
    return Quantities.octets(number + unit);
  }

  private static Read read(String key, String value) {
    String[] words = key.split("\\.");
    String yaml = String.join(": { ", words) + ": " + value + " }".repeat(words.length - 1);
    return ConfigurationReader.read("argyle.yaml", yaml);
  }

  @Test
  void theManualsExampleOfRulesIsRight() throws IOException {
    String text = Files.readString(PAGE);
    String example = text.substring(text.indexOf("    rules:\n"));
    assertThat(ConfigurationReader.read("argyle.yaml", example.stripIndent()))
        .isInstanceOfSatisfying(
            Read.Ok.class, ok -> assertThat(ok.configuration().rules()).hasSize(3));
    assertThat(Arrays.asList("allow", "users", "from", "commands", "to", "ports", "source"))
        .allMatch(key -> text.contains("| `" + key + "` |"));
  }
}
