package dev.argyle.server.udp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class PromptBudgetTest {

  @ParameterizedTest
  @ValueSource(longs = {-1_000_000_000_000L, -1, 0, 1, 1_000_000_000_000L, Long.MAX_VALUE})
  void aBudgetIsForItsWindowAndTheNextWindowHasAnother(long begin) {
    PromptBudget budget = new PromptBudget(100);
    assertThat(budget.isLeft(begin)).isTrue();
    budget.spend(99);
    assertThat(budget.isLeft(begin)).isTrue();
    budget.spend(1);
    assertThat(budget.isLeft(begin + PromptBudget.WINDOW_NANOS / 2)).isFalse();
    assertThat(budget.isLeft(begin + 2 * PromptBudget.WINDOW_NANOS)).isTrue();
    budget.spend(1000); // what has begun is finished
    assertThat(budget.isLeft(begin + 2 * PromptBudget.WINDOW_NANOS)).isFalse();
    assertThat(budget.isLeft(begin + 4 * PromptBudget.WINDOW_NANOS)).isTrue();
  }
}
