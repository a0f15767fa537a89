package dev.argyle.cli.top;

import static dev.argyle.cli.top.Examples.NOW;
import static dev.argyle.cli.top.Examples.after;
import static dev.argyle.cli.top.Examples.connection;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class ScreenTest {

  private final Model model = Examples.model();
  private final Controls controls = new Controls();

  private List<String> drawn(int width, int height) {
    List<Line> lines = Screen.lines(model, controls, NOW, width, height);
    assertThat(lines).hasSize(height);
    assertThat(lines).allMatch(line -> Words.columns(line.text()) <= width);
    return lines.stream().map(Line::text).toList();
  }

  private void press(String keys) {
    for (char key : keys.toCharArray()) {
      assertThat(controls.press(key == 'v' ? Key.of(Key.Kind.DOWN) : Key.of(key), model))
          .isNotNull();
    }
  }

  @Test
  void at80By24() {
    press("v");
    List<String> lines = drawn(80, 24);
    assertThat(lines.subList(0, 9))
        .containsExactly(
            "argyle top  127.0.0.1:8081  running, up 2h10m                       03:04:05 UTC",
            "open 2  users connected 2  up 1.2M/s  down 30M/s  new 4.0/s",
            "since start: 120433, 1.2G up, 33G down, 12 refused (authentication 8, rule 4)",
            "loop lag p99 0.2 ms, most 1.3 ms  heap 45M/256M  fds 60/1024  bugs 0",
            "",
            "2 shown, by BOTH/s, greatest first",
            "      ID USER         DESTINATION                BOTH/s*      UP    DOWN    AGE",
            ">      8 bob          files.example.org:443         1.0M    2.0K    1.0M  4m05s",
            "       7 ana          example.com:443                       1.0K     49K  4m05s");
    assertThat(lines.subList(9, 23)).containsOnly("");
    assertThat(lines.get(23))
        .isEqualTo("q quit ? help / filter s sort r reverse p pause enter details k end u users");
  }

  @Test
  void at200By60ThereAreMoreColumns() {
    List<String> lines = drawn(200, 60);
    assertThat(lines.get(2)).endsWith("12 refused (authentication 8, rule 4)");
    assertThat(lines.get(6).split("\\s+"))
        .containsExactly(
            "",
            "ID",
            "USER",
            "CLIENT",
            "COMMAND",
            "DESTINATION",
            "RULE",
            "UP/s",
            "DOWN/s",
            "BOTH/s*",
            "UP",
            "DOWN",
            "AGE",
            "IDLE");
    assertThat(lines.get(7))
        .contains("192.0.2.7:40008", "connect", "files.example.org:443", "rule 3 (argyle.yaml:21)")
        .endsWith("4m05s     0s");
    assertThat(Words.columns(lines.get(7))).isEqualTo(199);
  }

  @ParameterizedTest
  @CsvSource({"59,24", "80,11", "1,1", "20,3"})
  void onLessThanItNeedsItSaysSo(int width, int height) {
    assertThat(drawn(width, height).getFirst())
        .isEqualTo(Words.cut("argyle top needs 60 columns and 12 lines; q quits", width));
  }

  @ParameterizedTest
  @CsvSource({"60,12", "80,24", "99,30", "110,24", "131,24", "200,60"})
  void everyViewFitsOnEveryScreen(int width, int height) {
    String hostile = "\\u001b[2J\\u202e\\u6f22\\u5b57" + "x".repeat(200);
    model.begin(
        Examples.status(),
        Examples.list(connection(7, hostile, hostile, Long.MAX_VALUE / 2, Long.MAX_VALUE / 2)),
        NOW);
    for (String keys : List.of("v", "k", "n", "u", "u?", "?/" + "y".repeat(250))) {
      press(keys);
      assertThat(drawn(width, height)).noneMatch(line -> line.codePoints().anyMatch(c -> c < ' '));
    }
    assertThat(controls.press(Key.of(Key.Kind.ESCAPE), model)).isNotNull();
    assertThat(controls.press(Key.of(Key.Kind.ENTER), model)).isNotNull();
    assertThat(drawn(width, height)).anyMatch(line -> line.contains("destination"));
  }

  @Test
  void theQuestionNamesTheConnection() {
    press("vk");
    assertThat(drawn(80, 24).getLast())
        .isEqualTo(
            "end connection 8 of bob to files.example.org:443? y ends it, other keys do not");
    assertThat(drawn(120, 24).getLast()).contains("to files.example.org:443? y ends it");
  }

  @Test
  void aLostServerIsSaidAndWhatIsSeenHasItsTime() {
    model.lost("HTTP server 127.0.0.1:8081: connect: Connection refused");
    List<Line> lines = Screen.lines(model, controls, after(5), 120, 24);
    assertThat(lines.get(4).text())
        .startsWith("lost the server, trying again; what follows is of 03:04:05: HTTP server");
    assertThat(lines.get(4).style()).isEqualTo(Line.Style.ALERT);
    assertThat(lines.get(7).text()).contains("bob");
  }

  @Test
  void aPauseIsSaid() {
    press("p");
    model.told(Examples.connections("{'gone':[7]}"), NOW);
    assertThat(drawn(80, 24).get(4)).isEqualTo("paused: 1 changed meanwhile; p goes on");
    assertThat(drawn(80, 24).get(8)).contains("ana");
  }

  @Test
  void whatTheServerWarnsOfIsSaid() {
    model.status(
        Examples.json("{'running':true,'warnings':[{'title':'one'},{'title':'two'}]}"), NOW);
    assertThat(drawn(80, 24).get(4)).isEqualTo("one (and 1 more)");
  }

  @Test
  void usersAreAddedUp() {
    model.begin(
        Examples.status(),
        Examples.list(
            connection(1, "ana", "a.example", 10, 1_000),
            connection(2, "bob", "b.example", 1, 1),
            connection(3, "ana", "c.example", 20, 2_000)),
        NOW);
    press("u");
    List<String> lines = drawn(80, 24);
    assertThat(lines.get(5)).isEqualTo("2 users with open connections");
    assertThat(lines.get(7)).matches(" ana +2 +0B +0B +30B +2\\.9K");
    assertThat(lines.get(8)).matches(" bob +1 +0B +0B +1B +1B");
  }

  @Test
  void detailsTellEverything() {
    press("v");
    assertThat(controls.press(Key.of(Key.Kind.ENTER), model)).isNotNull();
    assertThat(drawn(80, 24))
        .contains(
            "  user         bob",
            "  client       192.0.2.7:40008",
            "  destination  files.example.org:443",
            "  rule         rule 3 (argyle.yaml:21)",
            "  reply        00",
            "  down         1.0M, 1.0M/s");
    model.told(Examples.connections("{'gone':[8]}"), NOW);
    assertThat(drawn(80, 24)).contains("this connection has ended; Esc goes back");
  }

  @Test
  void theSelectedRowIsAlwaysOnTheScreen() {
    List<String> many = new ArrayList<>();
    for (int i = 1; i <= 100; i++) {
      many.add(connection(i, "u" + i, "h.example", 0, 0));
    }
    model.begin(Examples.status(), Examples.list(many.toArray(String[]::new)), NOW);
    controls.page(Screen.tableRows(24));
    for (Key.Kind kind : List.of(Key.Kind.END, Key.Kind.UP, Key.Kind.PAGE_UP, Key.Kind.HOME)) {
      assertThat(controls.press(Key.of(kind), model)).isNotNull();
      assertThat(drawn(80, 24)).filteredOn(line -> line.startsWith(">")).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0B",
    "999, 999B",
    "1000, 1.0K",
    "1536, 1.5K",
    "10240, 10K",
    "1048576, 1.0M",
    "9223372036854775807, 8.0E"
  })
  void sizesAreShort(long octets, String words) {
    assertThat(Words.size(octets)).isEqualTo(words);
  }

  @ParameterizedTest
  @CsvSource({
    "-5, 0s",
    "59999, 59s",
    "60000, 1m00s",
    "3599000, 59m59s",
    "7800000, 2h10m",
    "360000000, 4d04h"
  })
  void agesAreShort(long millis, String words) {
    assertThat(Words.age(millis)).isEqualTo(words);
  }

  @Test
  void wideCharactersCountTwice() {
    assertThat(Words.cut("漢字漢字", 5)).isEqualTo("漢字~");
    assertThat(Words.fitted("漢字", 6, true)).isEqualTo("  漢字");
    assertThat(Words.fitted("a\u001b[31mb", 20, false).stripTrailing()).isEqualTo("a\\x1B[31mb");
  }
}
