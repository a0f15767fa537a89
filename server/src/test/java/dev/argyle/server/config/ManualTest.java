package dev.argyle.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Holds the table of {@code docs/configuration.md} to the program. */
class ManualTest {

  /** A line of the manual's table. */
  record Row(String key, String byDefault, String values) {}

  private static final Pattern BOUNDS =
      Pattern.compile("(0 or |`auto` or )?([0-9]+)([A-Za-z]*) to ([0-9]+)([A-Za-z]*)");

  static List<Row> rows() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("../docs/configuration.md"))) {
      return lines
          .filter(line -> line.startsWith("| `") && line.split(" \\| ").length == 4)
          .map(line -> line.replaceAll("^\\| | \\|$", "").split(" \\| "))
          .map(cells -> new Row(bare(cells[0]), bare(cells[1]), cells[2]))
          .toList();
    }
  }

  static List<Row> bounded() throws IOException {
    return rows().stream().filter(row -> BOUNDS.matcher(row.values()).matches()).toList();
  }

  private static String bare(String cell) {
    return cell.replace("`", "");
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
    assertThat(rows()).filteredOn(row -> row.byDefault().matches("[0-9]+[A-Za-z]*")).hasSize(17);
    assertThat(bounded()).hasSize(18);
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
    String text = Files.readString(Path.of("../docs/configuration.md"));
    String example = text.substring(text.indexOf("    rules:\n"));
    assertThat(ConfigurationReader.read("argyle.yaml", example.stripIndent()))
        .isInstanceOfSatisfying(
            Read.Ok.class, ok -> assertThat(ok.configuration().rules()).hasSize(3));
    assertThat(Arrays.asList("allow", "users", "from", "commands", "to", "ports", "source"))
        .allMatch(key -> text.contains("| `" + key + "` |"));
  }
}
