package dev.argyle.cli.top;

import static dev.argyle.cli.top.Examples.after;
import static dev.argyle.cli.top.Examples.connection;
import static dev.argyle.cli.top.Examples.connections;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.cli.top.Controls.Effect;
import dev.argyle.cli.top.Controls.Prompt;
import dev.argyle.cli.top.Controls.View;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ControlsTest {

  private final Model model = Examples.model();
  private final Controls controls = new Controls();

  private Effect press(Key.Kind kind) {
    return controls.press(Key.of(kind), model);
  }

  private Effect type(String text) {
    Effect last = new Effect.None();
    for (char character : text.toCharArray()) {
      last = controls.press(Key.of(character), model);
    }
    return last;
  }

  private List<Long> shown() {
    return controls.rows(model).stream().map(Row::id).toList();
  }

  @Test
  void whoMovesMostIsFirstUntilAnotherOrderIsChosen() {
    assertThat(shown()).containsExactly(8L, 7L);
    type("r");
    assertThat(shown()).containsExactly(7L, 8L);
    type("s");
    assertThat(controls.sort()).isEqualTo(Column.UP);
    assertThat(controls.isGreatestFirst()).isTrue();
    type("<<");
    assertThat(controls.sort()).isEqualTo(Column.DOWN_RATE);
    for (int i = 0; i < Column.values().length; i++) {
      press(Key.Kind.RIGHT);
    }
    assertThat(controls.sort()).as("once around").isEqualTo(Column.DOWN_RATE);
  }

  @Test
  void aFilterIsSeenWhileItIsTypedKeptByEnterAndTakenBackByEscape() {
    type("/BOB");
    assertThat(controls.prompt()).isEqualTo(Prompt.FILTER);
    assertThat(shown()).containsExactly(8L);
    press(Key.Kind.ENTER);
    assertThat(controls.prompt()).isEqualTo(Prompt.NONE);
    type("/");
    press(Key.Kind.BACKSPACE);
    type("x");
    assertThat(shown()).isEmpty();
    press(Key.Kind.ESCAPE);
    assertThat(controls.filter().text()).isEqualTo("BOB");
    press(Key.Kind.ESCAPE);
    assertThat(controls.filter().isEmpty()).as("Esc outside of the prompt takes it away").isTrue();
  }

  @Test
  void aFilterHasABound() {
    type("/" + "x".repeat(Filter.LONGEST + 10));
    assertThat(controls.filter().text()).hasSize(Filter.LONGEST);
  }

  @Test
  void theSelectedRowStaysSelectedWhereverItIs() {
    press(Key.Kind.DOWN);
    assertThat(controls.selectedIndex(controls.rows(model))).isZero();
    press(Key.Kind.DOWN);
    assertThat(controls.rows(model).get(1).id()).isEqualTo(7);
    type("r");
    assertThat(controls.selectedIndex(controls.rows(model))).isZero();
    press(Key.Kind.UP);
    assertThat(controls.selectedIndex(controls.rows(model))).as("there is no row above").isZero();
    press(Key.Kind.END);
    assertThat(controls.selectedIndex(controls.rows(model))).isEqualTo(1);
    press(Key.Kind.HOME);
    assertThat(controls.selectedIndex(controls.rows(model))).isZero();
  }

  @Test
  void aPauseKeepsTheRowsAndCountsWhatChanges() {
    type("p");
    model.told(
        connections("{'opened':[" + connection(9, "eva", "example.net", 0, 0) + "],'gone':[7]}"),
        after(1));
    assertThat(shown()).containsExactly(8L, 7L);
    assertThat(controls.changedMeanwhile(model)).isEqualTo(2);
    type(" ");
    assertThat(shown()).containsExactlyInAnyOrder(8L, 9L);
    assertThat(controls.changedMeanwhile(model)).isZero();
  }

  @Test
  void onlyAYesEndsTheConnectionThatTheQuestionNames() {
    press(Key.Kind.DOWN);
    assertThat(type("k")).isEqualTo(new Effect.None());
    assertThat(controls.prompt()).isEqualTo(Prompt.KILL);
    model.told(connections("{'moved':[[7,99999999,99999999,0]]}"), after(1)); // it is first by now
    assertThat(type("y")).isEqualTo(new Effect.Kill(8));
    for (Key no :
        List.of(Key.of('n'), Key.of(Key.Kind.ENTER), Key.of(Key.Kind.ESCAPE), Key.of('k'))) {
      type("k");
      assertThat(controls.press(no, model)).isEqualTo(new Effect.None());
      assertThat(controls.prompt()).isEqualTo(Prompt.NONE);
      assertThat(controls.message()).isEqualTo("nothing was ended");
    }
  }

  @Test
  void withoutASelectionNothingIsAskedAndItIsSaid() {
    type("k");
    assertThat(controls.prompt()).isEqualTo(Prompt.NONE);
    assertThat(controls.message()).contains("select a connection first");
    press(Key.Kind.ENTER);
    assertThat(controls.view()).isEqualTo(View.CONNECTIONS);
  }

  @Test
  void viewsAreEnteredAndLeft() {
    type("?");
    assertThat(controls.view()).isEqualTo(View.HELP);
    press(Key.Kind.ESCAPE);
    assertThat(controls.view()).isEqualTo(View.CONNECTIONS);
    press(Key.Kind.TAB);
    assertThat(controls.view()).isEqualTo(View.USERS);
    type("u");
    assertThat(controls.view()).isEqualTo(View.CONNECTIONS);
    press(Key.Kind.DOWN);
    press(Key.Kind.ENTER);
    assertThat(controls.view()).isEqualTo(View.DETAILS);
    press(Key.Kind.ENTER);
    assertThat(controls.view()).isEqualTo(View.CONNECTIONS);
  }

  @Test
  void quittingIsPossibleFromAnywhere() {
    assertThat(type("q")).isEqualTo(new Effect.Quit());
    type("/");
    assertThat(type("q")).as("in a filter it is a letter").isEqualTo(new Effect.None());
    assertThat(press(Key.Kind.INTERRUPT)).isEqualTo(new Effect.Quit());
  }

  @Test
  void anUnknownKeyIsSaid() {
    type("z");
    assertThat(controls.message()).isEqualTo("no command is z; ? explains");
    assertThat(press(Key.Kind.REDRAW)).isEqualTo(new Effect.Redraw());
  }
}
