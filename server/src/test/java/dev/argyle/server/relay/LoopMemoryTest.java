package dev.argyle.server.relay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class LoopMemoryTest {

  private static final long MIB = 1 << 20;

  @Test
  void loopsTogetherHaveAFourthAndASixteenthOfTheHeapAndNoMorePipesThanThereMayBe() {
    assertThat(LoopMemory.of(1, 512 * MIB, 48 * MIB))
        .isEqualTo(new LoopMemory(128 * MIB, 32 * MIB, 48 * MIB));
    assertThat(LoopMemory.of(8, 512 * MIB, 48 * MIB))
        .isEqualTo(new LoopMemory(16 * MIB, 4 * MIB, 6 * MIB));
  }

  /** A sealed tunnel that cannot hold a frame and a batch would wait for ever. */
  @Test
  void eachOfManyLoopsOnASmallHeapHasRoomForASealedTunnel() {
    long least = 512 * 1024;
    assertThat(LoopMemory.of(32, 64 * MIB, 32 * MIB)).isEqualTo(new LoopMemory(least, least, MIB));
    assertThat(LoopMemory.of(4, 64 * MIB, 32 * MIB))
        .as("the floor of one is not that of the other")
        .isEqualTo(new LoopMemory(4 * MIB, MIB, 8 * MIB));
    assertThat(LoopMemory.of(16, 64 * MIB, 32 * MIB))
        .isEqualTo(new LoopMemory(MIB, least, 2 * MIB));
  }

  @Test
  void pipesHaveNoFloorSinceATunnelGoesOnWithoutOne() {
    assertThat(LoopMemory.of(4, 64 * MIB, 0).pipeOctets()).isZero();
  }
}
