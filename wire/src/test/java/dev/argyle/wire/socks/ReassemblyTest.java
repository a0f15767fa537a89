package dev.argyle.wire.socks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.wire.socks.Reassembly.Step;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every case of RFC 1928, section 7, and of what was pinned beyond it. */
@Tag("property")
@net.jqwik.api.Tag("property")
class ReassemblyTest {

  private static final int LAST = 0x80;

  /** A bound that several may share. */
  private static final class Shared implements Reassembly.Memory {
    private static final int MOST = 1 << 20;
    private int held;

    @Override
    public boolean take(int octets) {
      if (octets > MOST - held) {
        return false;
      }
      held += octets;
      return true;
    }

    @Override
    public void give(int octets) {
      held -= octets;
    }
  }

  private final Shared shared = new Shared();
  private final Reassembly queue = new Reassembly(shared);
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
    return StandardCharsets.US_ASCII.decode(queue.takeWhole()).toString();
  }

  @Test
  void fragmentsInOrderMakeADatagram() {
    assertThat(add(1, "one ")).isEqualTo(Step.KEPT);
    assertThat(add(2, "two ")).isEqualTo(Step.KEPT);
    assertThat(add(LAST | 3, "three")).isEqualTo(Step.WHOLE);
    assertThat(whole()).isEqualTo("one two three");
    assertThat(queue.isActive()).isFalse();
    assertThat(queue.takeLost()).isZero();
    assertThat(shared.held).isZero();
  }

  /** Fragments as {@code 1a 2b 3c!}: position, payload, and ! for the last. */
  @ParameterizedTest
  @CsvSource({
    "1a 2b 3c!, abc, 0",
    "1a!, a, 0",
    "1a 1a 2b!, ab, 1", // a duplicate
    "1a 2b 2b 3c!, abc, 1",
    "1a 3c 4d!, , 3", // a gap
    "1a 2b 1x 2y!, xy, 2", // a lower one starts again
    "1a 2b 3c 2b 4d!, , 5", // a lower one that is no first one ends it
    "2b!, , 1",
    "0a!, , 1", // position 0 with the high bit is no position
    "1a 2b! 3c!, ab, 1",
  })
  void sequencesFollowTheRfcAndWhatIsDroppedIsCounted(
      String fragments, @Nullable String expected, int dropped) {
    String whole = null;
    int noise = 0;
    for (String fragment : fragments.split(" ")) {
      int last = fragment.endsWith("!") ? LAST : 0;
      Step step = add(last | fragment.charAt(0) - '0', fragment.substring(1, 2));
      whole = step == Step.WHOLE ? whole() : whole;
      noise += step == Step.NOISE ? 1 : 0;
    }
    assertThat(whole).isEqualTo(expected);
    assertThat(noise + queue.takeLost()).isEqualTo(dropped);
  }

  /** Whatever else comes in between, what is whole is one sequence as it was sent. */
  @Property(tries = 300)
  void whatIsWholeWasSentAsOneSequence(@ForAll Random random) {
    Reassembly reassembly = new Reassembly();
    ByteBuffer in = ByteBuffer.allocate(5);
    StringBuilder kept = new StringBuilder();
    int next = 0;
    for (int i = 0; i < 200; i++) {
      int position = random.nextInt(4) == 0 ? random.nextInt(1, 5) : Math.max(next, 1);
      boolean last = random.nextInt(4) == 0;
      byte address = (byte) (random.nextInt(8) == 0 ? 1 : 0);
      byte data = (byte) ('a' + random.nextInt(26));
      in.put(0, address).put(1, data);
      Step step = reassembly.add(last ? LAST | position : position, in, 0, 1, 1, 1, now);
      if (step == Step.KEPT || step == Step.WHOLE) {
        kept.setLength(position == 1 ? 0 : kept.length());
        kept.append((char) data);
        assertThat(kept).hasSize(position);
        next = position + 1;
      }
      if (step == Step.WHOLE) {
        assertThat(StandardCharsets.US_ASCII.decode(reassembly.takeWhole()).toString())
            .isEqualTo(kept.toString());
        next = 0;
      }
    }
  }

  @Test
  void onItsOwnItIsBoundedByTheLargestDatagram() {
    Reassembly alone = new Reassembly();
    ByteBuffer in = ByteBuffer.allocate(1 + 60_000);
    assertThat(alone.add(1, in, 0, 1, 1, 60_000, now)).isEqualTo(Step.KEPT);
    assertThat(alone.add(2, in, 0, 1, 1, 5_508, now)).isEqualTo(Step.TOO_BIG);
    assertThat(alone.takeLost()).isEqualTo(1);
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
    assertThat(shared.held).isZero();
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
    assertThat(shared.held).isZero();
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
    assertThat(shared.held).isLessThanOrEqualTo(64 * 1024);
    assertThat(queue.takeWhole()).isEqualTo(ByteBuffer.wrap(data));
    assertThat(shared.held).isZero();
  }

  @Test
  void oneOctetMoreIsTooBig() {
    add(1, "to", new byte[60_000]);
    assertThat(add(2, "to", new byte[5_508])).isEqualTo(Step.TOO_BIG);
    assertThat(shared.held).isZero();
    assertThat(add(LAST | 3, "to", new byte[1])).isEqualTo(Step.NOISE);
    assertThat(queue.isActive()).isFalse();
  }

  @Test
  void withoutMemoryThereIsNoRoom() {
    shared.take(1 << 20);
    assertThat(add(1, "1")).isEqualTo(Step.NO_ROOM);
    assertThat(add(LAST | 2, "2")).isEqualTo(Step.NOISE);
    shared.give(1 << 20);
    assertThat(shared.held).isZero();
    assertThat(add(LAST | 1, "1")).isEqualTo(Step.WHOLE);
  }

  @Test
  void whateverComesMemoryIsBoundedAndGivenBack() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      Step step =
          add(random.nextInt(1, 256), "to-" + random.nextInt(2), new byte[random.nextInt(9000)]);
      if (step == Step.WHOLE) {
        queue.takeWhole();
      }
      now += random.nextLong(Reassembly.TIMER_NANOS / 20);
      assertThat(shared.held).isBetween(0, 64 * 1024);
    }
    queue.abandon();
    assertThat(shared.held).isZero();
  }
}
