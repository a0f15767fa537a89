package dev.argyle.server.dial;

import static dev.argyle.server.dial.Family.IPV4;
import static dev.argyle.server.dial.Family.IPV6;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.dial.NameResolver.Addresses;
import dev.argyle.server.dial.NameResolver.Answer;
import dev.argyle.server.dial.NameResolver.NoAddresses;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class AnswerCacheTest {

  private static final Answer ANSWER = new Addresses(List.of(Literals.ip("192.0.2.1")));

  private final FakeTiming clock = new FakeTiming();
  private final AnswerCache cache = new AnswerCache(20, clock::nanoTime);

  @Test
  void anAnswerLastsForItsTimeToLive() {
    cache.put(question("a"), ANSWER, 5);
    clock.passMillis(4999);
    assertThat(cache.get(question("a"))).isEqualTo(ANSWER);
    clock.passMillis(1);
    assertThat(cache.get(question("a"))).isNull();
  }

  @Test
  void aTimeToLiveOfZeroIsNotKept() {
    cache.put(question("a"), ANSWER, 0);
    assertThat(cache.get(question("a"))).isNull();
    assertThat(cache.size()).isZero();
  }

  @Test
  void familiesAreKeptApart() {
    cache.put(question("a"), ANSWER, 5);
    assertThat(cache.get(new Question("a", IPV6))).isNull();
  }

  @Test
  void aNewAnswerTakesTheOldOnesPlace() {
    cache.put(question("a"), ANSWER, 5);
    clock.passMillis(4000);
    cache.put(question("a"), new NoAddresses(), 5);
    clock.passMillis(4000);
    assertThat(cache.get(question("a"))).isEqualTo(new NoAddresses());
    assertThat(cache.size()).isEqualTo(1);
  }

  @Test
  void fullItForgetsTheOldest() {
    for (int i = 0; i < 21; i++) {
      cache.put(question("n" + i), ANSWER, 60);
    }
    assertThat(cache.size()).isEqualTo(20);
    assertThat(cache.get(question("n0"))).isNull();
    assertThat(cache.get(question("n1"))).isNotNull();
    assertThat(cache.get(question("n20"))).isNotNull();
  }

  @Test
  void aFloodOfNamesDoesNotDriveOutTheOneThatIsAskedFor() {
    cache.put(question("popular"), ANSWER, 60);
    for (int i = 0; i < 1000; i++) {
      assertThat(cache.get(question("popular"))).isNotNull();
      cache.put(question("flood" + i), ANSWER, 60);
    }
    assertThat(cache.size()).isEqualTo(20);
  }

  @Test
  void whenAllAreAskedForOneIsForgottenAllTheSame() {
    for (int i = 0; i < 100; i++) {
      cache.put(question("n" + i), ANSWER, 60);
      for (int j = 0; j <= i; j++) {
        cache.get(question("n" + j));
      }
      assertThat(cache.size()).isLessThanOrEqualTo(20);
    }
  }

  @Test
  void withoutRoomNothingIsKept() {
    AnswerCache none = new AnswerCache(0, clock::nanoTime);
    none.put(question("a"), ANSWER, 60);
    assertThat(none.get(question("a"))).isNull();
  }

  private static Question question(String name) {
    return new Question(name, IPV4);
  }
}
