package dev.argyle.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.wire.Destination;
import dev.argyle.wire.Host;
import dev.argyle.wire.socks.UdpHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReassemblyTest {

  private static final Destination HERE = new Destination(new Host.Name("here"), 1);
  private static final Destination THERE = new Destination(new Host.Name("there"), 1);
  private static final int LAST = 0x80;

  private final Reassembly reassembly = new Reassembly();
  private long nowNanos = Long.MAX_VALUE - 1000; // it wraps around

  private @Nullable String take(int fragment, Destination from, String payload) {
    ByteBuffer whole =
        reassembly.take(
            new UdpHeader(fragment, from),
            ByteBuffer.wrap(payload.getBytes(StandardCharsets.US_ASCII)),
            nowNanos);
    return whole == null ? null : StandardCharsets.US_ASCII.decode(whole).toString();
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
  void sequencesFollowTheRfc(String fragments, @Nullable String expected, int dropped) {
    String whole = null;
    for (String fragment : fragments.split(" ")) {
      int last = fragment.endsWith("!") ? LAST : 0;
      String got = take(last | fragment.charAt(0) - '0', HERE, String.valueOf(fragment.charAt(1)));
      whole = got != null ? got : whole;
    }
    assertThat(whole).isEqualTo(expected);
    assertThat(reassembly.dropped()).isEqualTo(dropped);
  }

  @Test
  void sequenceHas127Fragments() {
    for (int position = 1; position < 127; position++) {
      assertThat(take(position, HERE, "x")).isNull();
    }
    assertThat(take(LAST | 127, HERE, "y")).isEqualTo("x".repeat(126) + "y");
  }

  @Test
  void timerEndsASequenceAfterFiveSecondsAndNotBefore() {
    take(1, HERE, "a");
    nowNanos += Reassembly.TIMER_NANOS - 1;
    assertThat(take(LAST | 2, HERE, "b")).isEqualTo("ab");
    take(1, HERE, "a");
    nowNanos += Reassembly.TIMER_NANOS;
    assertThat(take(LAST | 2, HERE, "b")).isNull();
    assertThat(reassembly.dropped()).isEqualTo(2);
  }

  @Test
  void fragmentsFromSeveralSourcesAreNotMixed() {
    take(1, HERE, "a");
    assertThat(take(LAST | 2, THERE, "b")).isNull();
    take(1, HERE, "a");
    assertThat(take(1, THERE, "x")).isNull();
    assertThat(take(LAST | 2, THERE, "y")).isEqualTo("xy");
  }

  @Test
  void datagramOnItsOwnInTheMiddleEndsTheSequence() {
    take(1, HERE, "a");
    reassembly.abandon();
    assertThat(take(LAST | 2, HERE, "b")).isNull();
  }

  @Test
  void reassembledDatagramIsNoLongerThanOneThatIsSentWhole() {
    String half = "x".repeat(32_754);
    take(1, HERE, half);
    assertThat(take(LAST | 2, HERE, "x".repeat(32_753))).hasSize(65_507);
    take(1, HERE, half);
    assertThat(take(LAST | 2, HERE, half)).isNull();
    assertThat(take(LAST | 3, HERE, "x")).isNull();
    assertThat(take(LAST | 1, HERE, "fresh")).isEqualTo("fresh");
  }
}
