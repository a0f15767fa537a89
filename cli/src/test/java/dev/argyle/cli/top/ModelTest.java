package dev.argyle.cli.top;

import static dev.argyle.cli.top.Examples.NOW;
import static dev.argyle.cli.top.Examples.after;
import static dev.argyle.cli.top.Examples.connection;
import static dev.argyle.cli.top.Examples.connections;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ModelTest {

  private final Model model = Examples.model();

  private Row row(long id) {
    return Objects.requireNonNull(model.row(id));
  }

  @Test
  void whatHasMovedHasARateAndTheRestHasNone() {
    assertThat(row(8).upRate()).isEqualTo(2_048);
    assertThat(row(8).downRate()).isEqualTo(1_048_576);
    assertThat(row(7).rate()).isZero();
  }

  @Test
  void aRateFallsToZeroWhenNothingIsToldOfIt() {
    model.told(Examples.totals(), after(1));
    assertThat(row(8).rate()).as("a second without a message about connections").isZero();
    assertThat(row(8).down()).isEqualTo(1_048_576);
    model.told(connections("{'moved':[[7,1100,50000,0]]}"), after(2));
    assertThat(row(7).upRate()).isEqualTo(50); // of two seconds
  }

  @Test
  void aRateIsOfTheTimeThatHasPassed() {
    model.told(connections("{'moved':[[8,2048,2048576,0]]}"), after(4));
    assertThat(row(8).downRate()).isEqualTo(250_000);
  }

  /** A clock that was put back made 10 s of them half a second, and put forward, three days. */
  @Test
  void aClockThatJumpsChangesNoLengthOfTime() {
    for (long jump : new long[] {-3 * 86_400_000L, 3 * 86_400_000L}) {
      Model jumped = Examples.model();
      Moment later = after(10);
      Moment now = new Moment(later.wallMillis() + jump, later.steadyMillis());
      jumped.told(connections("{'moved':[[8,2048,11048576,0]]}"), now);
      Row moved = Objects.requireNonNull(jumped.row(8));
      assertThat(moved.downRate()).isEqualTo(1_000_000);
      assertThat(Column.IDLE.cell(moved, now)).isEqualTo(Words.age(0));
      assertThat(jumped.upMillis(now)).isEqualTo(7_810_000);
    }
  }

  @Test
  void whatOpensIsThereAndWhatEndsIsNot() {
    long before = model.changes();
    model.told(
        connections(
            "{'opened':["
                + connection(9, "eva", "example.net", 0, 0)
                + "],'ended':["
                + connection(7, "ana", "example.com", 1_000, 50_000)
                + "],'gone':[8]}"),
        after(1));
    assertThat(model.rows()).extracting(Row::id).containsExactly(9L);
    assertThat(model.changes() - before).isEqualTo(3);
  }

  @Test
  void whatIsToldAgainReplacesItsRow() {
    model.told(
        connections("{'opened':[" + connection(8, "bob", "other.example", 2_048, 2_048_576) + "]}"),
        after(1));
    assertThat(row(8).destination()).isEqualTo("other.example:443");
    assertThat(row(8).downRate()).isEqualTo(1_000_000);
    assertThat(model.rows()).hasSize(2);
  }

  @Test
  void octetsOfAnUnknownConnectionAreNothing() {
    model.told(connections("{'moved':[[99,1,1,0],[8]],'gone':[99]}"), after(1));
    assertThat(model.rows()).extracting(Row::id).containsExactly(7L, 8L);
  }

  @Test
  void aServerThatComesBackIsNotLostAndHasItsOwnRows() {
    model.lost("connection refused");
    assertThat(model.lost()).isEqualTo("connection refused");
    assertThat(model.rows()).as("what was known is still seen").hasSize(2);
    model.begin(Examples.status(), Examples.list(), after(9));
    assertThat(model.lost()).isNull();
    assertThat(model.rows()).isEmpty();
  }

  @Test
  void aConnectionWithoutUserRequestAndReplyIsARowToo() {
    Row row =
        Row.of(
            Examples.json(
                "{'id':1,'user':null,'client':'2001:db8::1','clientPort':9,'command':null,"
                    + "'destination':null,'destinationPort':null,'reply':null,'rule':null,"
                    + "'octetsUp':0,'octetsDown':0,'startedAt':'soon','idleSeconds':0}"),
            NOW);
    assertThat(row.user()).isEqualTo("-");
    assertThat(row.client()).isEqualTo("[2001:db8::1]:9");
    assertThat(row.destination()).isEqualTo("-");
    assertThat(row.startedMillis()).isEqualTo(NOW.wallMillis());
  }
}
