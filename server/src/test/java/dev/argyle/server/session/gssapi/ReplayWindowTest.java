package dev.argyle.server.session.gssapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("property")
@net.jqwik.api.Tag("property")
class ReplayWindowTest {

  @Property(tries = 200)
  void itSaysWhatAPlainSetOfTheLastOnesSays(@ForAll long seed) {
    Random random = new Random(seed);
    ReplayWindow window = new ReplayWindow();
    Set<Long> come = new HashSet<>();
    long highest = random.nextInt();
    for (int i = 0; i < 2000; i++) {
      int reach = i % 50 == 0 ? 5000 : 20;
      long number = highest + random.nextInt(2 * reach) - reach;
      boolean fresh = i == 0 || (number > highest - ReplayWindow.SIZE && !come.contains(number));
      assertThat(window.isFresh(number)).as("%d, highest %d", number, highest).isEqualTo(fresh);
      come.add(number);
      highest = i == 0 ? number : Math.max(highest, number);
    }
  }

  @Test
  void oldestThatIsRememberedIsAtTheEdge() {
    ReplayWindow window = new ReplayWindow();
    assertThat(window.isFresh(ReplayWindow.SIZE)).isTrue();
    assertThat(window.isFresh(0)).as("too old to tell").isFalse();
    assertThat(window.isFresh(1)).isTrue();
    assertThat(window.isFresh(1)).isFalse();
  }

  @Test
  void leapOverAllOfItForgetsAll() {
    ReplayWindow window = new ReplayWindow();
    window.isFresh(5);
    assertThat(window.isFresh(Long.MAX_VALUE - 1)).isTrue();
    assertThat(window.isFresh(Long.MAX_VALUE - 2)).isTrue();
    assertThat(window.isFresh(5)).isFalse();
  }
}
