package dev.argyle.server.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who was authenticated outside is remembered for a time, within bounds, and by account. */
@Tag("unit")
class OutsideCacheTest {

  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5); // it may pass its end

  @Test
  void anEntryEndsWithItsTimeAndTheCacheIsBounded() {
    OutsideCache cache = new OutsideCache(clock::get, 2);
    User ana = user("ana");
    cache.remember(new byte[] {1}, ana, 10);
    clock.addAndGet(9);
    assertThat(cache.find(new byte[] {1})).isEqualTo(ana);
    clock.addAndGet(1);
    assertThat(cache.find(new byte[] {1})).isNull();
    assertThat(cache.size()).isZero();
    assertThat(cache.names()).isZero();
    for (byte i = 1; i <= 3; i++) {
      cache.remember(new byte[] {i}, ana, 10);
    }
    assertThat(cache.size()).isEqualTo(2);
    assertThat(cache.find(new byte[] {1})).isNull();
  }

  @Test
  void anAccountThatChangesIsForgottenWithAllItsPasswordsAndNoOtherIs() {
    OutsideCache cache = new OutsideCache(clock::get, 100);
    Map<Integer, String> slow = new HashMap<>(); // digest to name
    Random random = new Random(7);
    for (int step = 0; step < 5_000; step++) {
      String name = "user-" + random.nextInt(9);
      int digest = random.nextInt(60);
      if (random.nextInt(5) == 0) {
        cache.forget(new AccountEvent.PasswordChanged(name));
        slow.values().removeIf(name::equals);
      } else {
        cache.remember(new byte[] {(byte) digest}, user(name), 10);
        slow.put(digest, name);
      }
      for (int other = 0; other < 60; other++) {
        User found = cache.find(new byte[] {(byte) other});
        assertThat(found == null ? null : found.name()).isEqualTo(slow.get(other));
      }
      assertThat(cache.names()).isEqualTo(slow.values().stream().distinct().count());
    }
  }

  @Test
  void whatIsForgottenForItsAgeIsNotInTheIndexEither() {
    OutsideCache cache = new OutsideCache(clock::get, 10);
    for (int i = 0; i < 1_000; i++) {
      cache.remember(new byte[] {(byte) i, (byte) (i >> 8)}, user("user-" + i), 10);
    }
    assertThat(cache.size()).isEqualTo(10);
    assertThat(cache.names()).isEqualTo(10);
    cache.forget(new AccountEvent.Many());
    assertThat(cache.size()).isZero();
    assertThat(cache.names()).isZero();
  }

  private static User user(String name) {
    return new User(name, false, 1);
  }
}
