package dev.argyle.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class IdleHeapTest {

  private static final long AT_START = 20L << 20;

  private long events;
  private long octets = AT_START;
  private int collections;
  private final IdleHeap heap =
      new IdleHeap(
          () -> events,
          () -> octets,
          () -> {
            collections++;
            octets = AT_START + (1 << 20);
          });

  private void look(long newEvents) {
    events += newEvents;
    heap.look();
  }

  /** It was kept for ever: 70 MB, of which 13 lived. */
  @Test
  void heapThatABusyTimeHasMadeGrowIsGivenBackOnceItIsOver() {
    octets = 70L << 20;
    look(IdleHeap.IDLE_EVENTS);
    assertThat(collections).as("nobody is stopped while there is work").isZero();
    look(IdleHeap.IDLE_EVENTS - 1);
    assertThat(collections).isEqualTo(1);
    assertThat(octets).isLessThan(30L << 20);
  }

  @Test
  void itIsCollectedOnceAfterABusyTimeAlsoIfThatHelpsNothing() {
    octets = 70L << 20;
    for (int i = 0; i < 10; i++) {
      look(0);
      octets = 70L << 20;
    }
    assertThat(collections).isEqualTo(1);
    look(IdleHeap.IDLE_EVENTS);
    look(0);
    assertThat(collections).isEqualTo(2);
  }

  @Test
  void heapThatHasHardlyGrownIsLeftAlone() {
    octets = AT_START + IdleHeap.WORTH_OCTETS - 1;
    look(0);
    assertThat(collections).isZero();
    octets++;
    look(0);
    assertThat(collections).isEqualTo(1);
  }
}
