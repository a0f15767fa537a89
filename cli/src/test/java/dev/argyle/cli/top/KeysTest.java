package dev.argyle.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class KeysTest {

  /** What a terminal sends; {@code .} stands for a while without anything. */
  private static List<Key> keys(String sent) throws IOException {
    ArrayDeque<Integer> characters = new ArrayDeque<>();
    sent.codePoints().forEach(characters::add);
    Keys keys =
        new Keys(
            millis -> {
              Integer next = characters.poll();
              return next == null ? -1 : next == '.' ? -2 : next;
            });
    List<Key> read = new ArrayList<>();
    for (Key key = keys.next(); key != null; key = keys.next()) {
      read.add(key);
    }
    return read;
  }

  @ParameterizedTest
  @CsvSource({
    "[A, UP",
    "OB, DOWN",
    "[C, RIGHT",
    "OD, LEFT",
    "[H, HOME",
    "[F, END",
    "[1~, HOME",
    "[4~, END",
    "[5~, PAGE_UP",
    "[6~, PAGE_DOWN",
    "[3~, OTHER",
    "[1;5A, UP",
    "., ESCAPE",
    "x, OTHER",
    "[Z, OTHER"
  })
  void sequencesAreKeys(String sequence, Key.Kind kind) throws IOException {
    assertThat(keys("\u001b" + sequence + "q")).containsExactly(Key.of(kind), Key.of('q'));
  }

  @Test
  void charactersAreThemselves() throws IOException {
    assertThat(keys("aé€\t\r\n\u007f\b\u0003\u0004\f\u0001..z"))
        .extracting(Key::kind)
        .containsExactly(
            Key.Kind.CHARACTER,
            Key.Kind.CHARACTER,
            Key.Kind.CHARACTER,
            Key.Kind.TAB,
            Key.Kind.ENTER,
            Key.Kind.ENTER,
            Key.Kind.BACKSPACE,
            Key.Kind.BACKSPACE,
            Key.Kind.INTERRUPT,
            Key.Kind.INTERRUPT,
            Key.Kind.REDRAW,
            Key.Kind.OTHER,
            Key.Kind.CHARACTER);
  }

  @Test
  void aSequenceThatNeverEndsIsBounded() throws IOException {
    assertThat(keys("\u001b[" + "1".repeat(100) + "A").getFirst())
        .isEqualTo(Key.of(Key.Kind.OTHER));
  }

  @Test
  void anEscapeAtTheEndIsTheKey() throws IOException {
    assertThat(keys("\u001b")).containsExactly(Key.of(Key.Kind.ESCAPE));
  }
}
