package dev.argyle.server.manage.door;

import static dev.argyle.server.manage.door.AnswerBudget.MAX_OCTETS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.wire.Source;
import java.net.InetAddress;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class AnswerBudgetTest {

  private static final Source ONE = Source.of(InetAddress.ofLiteral("192.0.2.1"));
  private static final Source OTHER = Source.of(InetAddress.ofLiteral("192.0.2.2"));

  private final AnswerBudget budget = new AnswerBudget();

  @Test
  void administratorWhoAsksAndDoesNotReadLeavesHalfToTheOthers() {
    assertThat(budget.hold(ONE, MAX_OCTETS / 4)).isTrue();
    assertThat(budget.hold(ONE, MAX_OCTETS / 4)).isTrue();
    assertThat(budget.hold(ONE, 1)).isFalse();
    assertThat(budget.hold(OTHER, MAX_OCTETS / 2)).isTrue();
    assertThat(budget.hold(OTHER, 1)).isFalse();
    budget.release(ONE, MAX_OCTETS / 4);
    assertThat(budget.hold(ONE, 1)).isTrue();
  }

  @Test
  void oneAnswerMayBeAsLongAsThereIsRoom() {
    assertThat(budget.hold(ONE, MAX_OCTETS)).isTrue();
    assertThat(budget.hold(OTHER, 1)).isFalse();
    budget.release(ONE, MAX_OCTETS);
    assertThat(budget.hold(OTHER, MAX_OCTETS + 1)).isFalse();
    assertThat(budget.heldOctets()).isZero();
  }
}
