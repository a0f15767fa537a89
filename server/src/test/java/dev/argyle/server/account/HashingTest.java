package dev.argyle.server.account;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
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
  void memoryIsUsedAgainUntilItHasBeenIdle() {
    Hashing hashing = new Hashing(1);
    Argon2Memory first = hashing.run(null, memory -> memory);
    assertThat(hashing.<Argon2Memory>run(null, memory -> memory)).isSameAs(first);
    hashing.freeUnused(System.currentTimeMillis());
    assertThat(hashing.<Argon2Memory>run(null, memory -> memory)).isSameAs(first);
    hashing.freeUnused(System.currentTimeMillis() + Hashing.IDLE_MILLIS);
    assertThat(hashing.<Argon2Memory>run(null, memory -> memory)).isNotSameAs(first);
  }

  @Test
  void atLeastOneHashRuns() {
    assertThat(Hashing.slotsHere()).isPositive();
  }
}
