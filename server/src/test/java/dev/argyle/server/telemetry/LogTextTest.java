package dev.argyle.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("property")
@net.jqwik.api.Tag("property")
class LogTextTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ' ',
      value = {
        "0009 \\t",
        "000A \\n",
        "000D \\x0D",
        "0000 \\x00",
        "001B \\x1B",
        "005C \\\\",
        "007F \\x7F",
        "0085 \\x85",
        "009F \\x9F",
        "202E \\u202E",
        "2028 \\u2028",
        "D800 \\uD800",
        "FEFF \\uFEFF",
        "00AD \\xAD",
        "E0041 \\uDB40\\uDC41"
      })
  void whatCouldForgeOrTurnALineIsEscaped(String point, String escaped) {
    assertThat(LogText.escaped(Character.toString(Integer.parseInt(point, 16)))).isEqualTo(escaped);
  }

  @Test
  void ordinaryTextOfAnyLanguageStaysAsItIs() {
    String text = "ana O'Neill \"ж\" 日本 \uD83D\uDE00 ~";
    assertThat(LogText.escaped(text)).isSameAs(text);
  }

  @Property
  void noInputYieldsAControlCharacter(@ForAll String text) {
    assertThat(LogText.escaped(text)).matches(LogTextTest::isHarmless);
  }

  @Property
  void controlCharactersNeverComeThrough(@ForAll @CharRange(to = '\u00FF') String text) {
    assertThat(LogText.escaped(text)).matches(LogTextTest::isHarmless);
  }

  @Property
  void differentTextsStayDifferent(
      @ForAll @CharRange(to = '\u00FF') String one, @ForAll @CharRange(to = '\u00FF') String two) {
    assertThat(LogText.escaped(one).equals(LogText.escaped(two))).isEqualTo(one.equals(two));
  }

  @Property
  void quotedTextHoldsNoQuote(@ForAll String text) {
    StringBuilder out = new StringBuilder("\"");
    LogText.escapeQuoted(text + "\"\"" + text, out);
    assertThat(out.substring(1)).doesNotContain("\"");
  }

  @Test
  void aStackTracesLinesAreIndentedSoThatAMessageCannotPassForALine() {
    StringBuilder out = new StringBuilder();
    LogText.escapeLines("one\n2026 argyle security:\r\tthree\u001B", out);
    assertThat(out).hasToString("  one\n  2026 argyle security:\n    three\\x1B\n");
  }

  static boolean isHarmless(String text) {
    return text.chars().noneMatch(Character::isISOControl)
        && text.equals(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
  }
}
