package dev.argyle.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fault")
class SpareDescriptorsTest {

  private final AtomicInteger free = new AtomicInteger(2);
  private final SpareDescriptors spares =
      new SpareDescriptors(
          () -> {
            if (free.get() == 0) {
              throw new IOException("Too many open files");
            }
            free.decrementAndGet();
            return free::incrementAndGet;
          });

  @Test
  void nothingIsKeptUnlessAskedForAndAllIsClosedAtTheEnd() {
    assertThat(spares.fill()).isTrue();
    assertThat(spares.giveUp()).isFalse();
    assertThat(free).hasValue(2);
    spares.keepOneMore();
    spares.keepOneMore();
    assertThat(free).hasValue(0);
    spares.close();
    assertThat(free).hasValue(2);
    assertThat(spares.fill()).isTrue();
    assertThat(free).as("none is kept any more").hasValue(2);
  }

  /** A listener that could not open its spare again turned nobody away, and its queue grew. */
  @Test
  void spareThatWasGivenUpIsOpenedBeforeAnythingElse() {
    spares.keepOneMore();
    spares.keepOneMore();
    assertThat(spares.giveUp()).isTrue();
    assertThat(free).hasValue(1);
    free.set(0); // another thread was quicker
    assertThat(spares.fill()).as("nothing else may be opened").isFalse();
    assertThat(spares.giveUp()).as("of the other loop").isTrue();
    assertThat(spares.giveUp()).isFalse();
    assertThat(spares.fill()).as("two are missing, one descriptor is free").isFalse();
    free.set(5);
    assertThat(spares.fill()).isTrue();
    assertThat(free).hasValue(4);
    assertThat(spares.giveUp()).isTrue();
    assertThat(spares.giveUp()).isTrue();
  }
}
