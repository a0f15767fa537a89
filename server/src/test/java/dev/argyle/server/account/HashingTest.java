package dev.argyle.server.account;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HashingTest {

  @Test
  void letsInAsManyAsRunAndWait() {
    Hashing hashing = new Hashing(2);
    int places = 2 * (1 + Hashing.WAITING_PER_SLOT);
    for (int i = 0; i < places; i++) {
      assertThat(hashing.enter()).isTrue();
    }
    assertThat(hashing.enter()).isFalse();
    hashing.leave();
    assertThat(hashing.enter()).isTrue();
    assertThat(hashing.enter()).isFalse();
  }

  @Test
  void aWorkAreaIsUsedAgainUntilItHasBeenIdle() {
    Hashing hashing = new Hashing(1);
    WorkArea first = hashing.run(null, area -> area);
    assertThat(hashing.<WorkArea>run(null, area -> area)).isSameAs(first);
    hashing.tidy(System.currentTimeMillis());
    assertThat(hashing.<WorkArea>run(null, area -> area)).isSameAs(first);
    hashing.tidy(System.currentTimeMillis() + Hashing.IDLE_MILLIS);
    assertThat(hashing.<WorkArea>run(null, area -> area)).isNotSameAs(first);
  }

  @Test
  void atLeastOneHashRuns() {
    assertThat(Hashing.slotsHere()).isPositive();
  }
}
