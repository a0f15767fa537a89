package dev.argyle.server.udp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.udp.Reassembly.Step;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Every case of RFC 1928, section 7, and of what was pinned beyond it. */
class ReassemblyTest {

  private static final int LAST = 0x80;

  private final Allowance held = new Allowance(1 << 20);
  private final Reassembly queue = new Reassembly(held);
  private long now = Long.MAX_VALUE - 10; // the clock may overflow

  private Step add(int fragment, String data) {
    return add(fragment, "to-a", data.getBytes(StandardCharsets.US_ASCII));
  }

  private Step add(int fragment, String to, byte[] data) {
    byte[] destination = to.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer in = ByteBuffer.allocateDirect(destination.length + data.length + 3);
    in.put(1, destination).put(1 + destination.length, data);
    return queue.add(fragment, in, 1, destination.length, 1 + destination.length, data.length, now);
  }

  private String whole() {
    String text = new String(queue.whole(), 0, queue.length(), StandardCharsets.US_ASCII);
    queue.passedOn();
    return text;
  }

  @Test
  void fragmentsInOrderMakeADatagram() {
    assertThat(add(1, "one ")).isEqualTo(Step.KEPT);
    assertThat(add(2, "two ")).isEqualTo(Step.KEPT);
    assertThat(add(LAST | 3, "three")).isEqualTo(Step.WHOLE);
    assertThat(whole()).isEqualTo("one two three");
    assertThat(queue.isActive()).isFalse();
    assertThat(queue.takeLost()).isZero();
    assertThat(held.held()).isZero();
  }

  @Test
  void oneFragmentThatIsTheLastIsADatagram() {
    assertThat(add(LAST | 1, "alone")).isEqualTo(Step.WHOLE);
    assertThat(whole()).isEqualTo("alone");
  }

  @Test
  void all127PositionsAreTaken() {
    for (int position = 1; position < 127; position++) {
      assertThat(add(position, "x")).isEqualTo(Step.KEPT);
    }
    assertThat(add(LAST | 127, "y")).isEqualTo(Step.WHOLE);
    assertThat(whole()).hasSize(127).endsWith("xy");
  }

  @Test
  void anEmptyFragmentIsAFragment() {
    add(1, "");
    assertThat(add(LAST | 2, "")).isEqualTo(Step.WHOLE);
    assertThat(whole()).isEmpty();
  }

  @Test
  void theSamePositionAgainIsADuplicate() {
    add(1, "one ");
    assertThat(add(1, "dup ")).isEqualTo(Step.NOISE);
    add(2, "two ");
    assertThat(add(LAST | 2, "dup ")).isEqualTo(Step.NOISE);
    assertThat(add(LAST | 3, "three")).isEqualTo(Step.WHOLE);
    assertThat(whole()).isEqualTo("one two three");
  }

  @Test
  void aLowerPositionAbandonsAndOneBeginsAnew() {
    add(1, "old-1");
    add(2, "old-2");
    assertThat(add(1, "new-1 ")).isEqualTo(Step.KEPT);
    assertThat(queue.takeLost()).isEqualTo(2);
    assertThat(add(LAST | 2, "new-2")).isEqualTo(Step.WHOLE);
    assertThat(whole()).isEqualTo("new-1 new-2");
  }

  @Test
  void aLowerPositionOtherThanOneBeginsNothing() {
    add(1, "1");
    add(2, "2");
    add(3, "3");
    assertThat(add(2, "again")).isEqualTo(Step.NOISE);
    assertThat(queue.isActive()).isFalse();
    assertThat(queue.takeLost()).isEqualTo(3);
    assertThat(add(LAST | 3, "end")).isEqualTo(Step.NOISE);
  }

  @Test
  void aGapNeverYieldsADatagram() {
    add(1, "1");
    assertThat(add(3, "3")).isEqualTo(Step.NOISE);
    assertThat(add(LAST | 4, "4")).isEqualTo(Step.NOISE);
    assertThat(queue.isActive()).isFalse();
  }

  @Test
  void aGapIsNotFilledLater() {
    add(1, "1");
    add(3, "3");
    assertThat(add(2, "2")).isEqualTo(Step.NOISE);
    assertThat(queue.isActive()).isFalse();
    assertThat(add(LAST | 4, "4")).isEqualTo(Step.NOISE);
  }

  @Test
  void aGapAtTheStartOrBeforeTheEndYieldsNothing() {
    assertThat(add(2, "2")).isEqualTo(Step.NOISE);
    assertThat(add(LAST | 3, "3")).isEqualTo(Step.NOISE);
    add(1, "1");
    assertThat(add(LAST | 3, "3")).isEqualTo(Step.NOISE);
    assertThat(queue.isActive()).isFalse();
  }

  @Test
  void memoryIsGivenBackAtAGapAlready() {
    add(1, "1");
    add(3, "3");
    assertThat(held.held()).isZero();
    assertThat(queue.takeLost()).isEqualTo(1);
  }

  @Test
  void positionZeroIsNone() {
    assertThat(add(LAST, "0")).isEqualTo(Step.NOISE);
    add(1, "1");
    assertThat(add(LAST, "0")).isEqualTo(Step.NOISE);
    assertThat(queue.isActive()).isFalse();
  }

  @Test
  void aFragmentForAnotherDestinationAbandons() {
    add(1, "1");
    assertThat(add(LAST | 2, "to-b", new byte[1])).isEqualTo(Step.NOISE);
    assertThat(queue.isActive()).isFalse();
    add(1, "1");
    assertThat(add(1, "to-b-longer", new byte[1])).isEqualTo(Step.KEPT);
    assertThat(add(LAST | 2, "to-b-longer", new byte[1])).isEqualTo(Step.WHOLE);
  }

  @Test
  void theTimerRunsFromTheFirstFragmentAndAbandons() {
    add(1, "1");
    now += Reassembly.TIMER_NANOS - 1;
    assertThat(add(2, "2")).isEqualTo(Step.KEPT);
    now += 1;
    assertThat(add(LAST | 3, "3")).isEqualTo(Step.NOISE);
    assertThat(queue.takeLost()).isEqualTo(2);
  }

  @Test
  void aSweepAbandonsToo() {
    add(1, "1");
    queue.expire(now + Reassembly.TIMER_NANOS - 1);
    assertThat(queue.isActive()).isTrue();
    queue.expire(now + Reassembly.TIMER_NANOS);
    assertThat(queue.isActive()).isFalse();
    assertThat(held.held()).isZero();
  }

  @Test
  void theLargestDatagramHas65507Octets() {
    byte[] data = new byte[65_507];
    new Random(1).nextBytes(data);
    int position = 1;
    for (int at = 0; at < 65_000; at += 1000) {
      add(position++, "to", Arrays.copyOfRange(data, at, at + 1000));
    }
    assertThat(add(LAST | position, "to", Arrays.copyOfRange(data, 65_000, 65_507)))
        .isEqualTo(Step.WHOLE);
    assertThat(Arrays.copyOf(queue.whole(), queue.length())).isEqualTo(data);
    assertThat(held.held()).isLessThanOrEqualTo(64 * 1024);
  }

  @Test
  void oneOctetMoreIsTooBig() {
    add(1, "to", new byte[60_000]);
    assertThat(add(2, "to", new byte[5_508])).isEqualTo(Step.TOO_BIG);
    assertThat(held.held()).isZero();
    assertThat(add(LAST | 3, "to", new byte[1])).isEqualTo(Step.NOISE);
    assertThat(queue.isActive()).isFalse();
  }

  @Test
  void withoutMemoryThereIsNoRoom() {
    held.take(1 << 20);
    assertThat(add(1, "1")).isEqualTo(Step.NO_ROOM);
    assertThat(add(LAST | 2, "2")).isEqualTo(Step.NOISE);
    held.give(1 << 20);
    assertThat(held.held()).isZero();
    assertThat(add(LAST | 1, "1")).isEqualTo(Step.WHOLE);
  }

  @Test
  void whateverComesMemoryIsBoundedAndGivenBack() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      Step step =
          add(random.nextInt(1, 256), "to-" + random.nextInt(2), new byte[random.nextInt(9000)]);
      if (step == Step.WHOLE) {
        queue.passedOn();
      }
      now += random.nextLong(Reassembly.TIMER_NANOS / 20);
      assertThat(held.held()).isBetween(0, 64 * 1024);
    }
    queue.abandon();
    assertThat(held.held()).isZero();
  }
}
