package dev.argyle.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class MalformedHandshakesTest {
  private static final Ending REASON = new Ending(EndReason.PROTOCOL_ERROR, "VER is not 05");

  private final MalformedHandshakes kept = new MalformedHandshakes();

  private void add(long timeMillis, int octets) {
    kept.add(timeMillis, Entries.CLIENT, 40000, Door.SOCKS, REASON, 3, new byte[octets]);
  }

  @Test
  void aFloodIsNoMoreThanTheLastOnes() {
    for (int i = 1; i <= 1000; i++) {
      add(i, 1);
    }
    assertThat(kept.newestFirst())
        .extracting(MalformedHandshakes.Entry::timeMillis)
        .containsExactlyElementsOf(
            LongStream.range(0, MalformedHandshakes.CAPACITY).mapToObj(i -> 1000 - i).toList());
  }

  @Test
  void aLongMessageIsCut() {
    add(1, 0);
    add(2, MalformedHandshakes.MAX_OCTETS);
    add(3, 100_000);
    String whole = "00 ".repeat(MalformedHandshakes.MAX_OCTETS).strip();
    assertThat(kept.newestFirst())
        .extracting(MalformedHandshakes.Entry::octets)
        .containsExactly(whole, whole, "");
  }

  @Test
  void whatWasReadIsNotChangedByWhatComesLater() {
    add(1, 1);
    var before = kept.newestFirst();
    add(2, 1);
    assertThat(before).hasSize(1);
    assertThat(before.getFirst())
        .isEqualTo(
            new MalformedHandshakes.Entry(1, Entries.CLIENT, 40000, Door.SOCKS, REASON, 3, "00"));
  }
}
