package dev.argyle.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class RoundLengthTest {

  private static final long START = -1_000; // the clock may be anywhere

  private final RoundLength length = new RoundLength(START);

  @Test
  void bulkAloneHasLongTurnsSoThatFairnessCostsItLittle() {
    long calm = START + RoundLength.PROMPT_NANOS;
    assertThat(length.bulkNanos(calm - 1)).isEqualTo(RoundLength.SHORT_NANOS);
    assertThat(length.bulkNanos(calm)).isEqualTo(RoundLength.LONG_NANOS);
    assertThat(length.shareOctets(0)).isEqualTo(RoundLength.LONG_SHARE_OCTETS);
    assertThat(length.shareOctets(100)).isEqualTo(RoundLength.LONG_SHARE_OCTETS);
  }

  @Test
  void onlyTheFirstMessageOfAConversationWaitsForALongTurn() {
    long calm = START + RoundLength.PROMPT_NANOS;
    assertThat(length.bulkNanos(calm)).isEqualTo(RoundLength.LONG_NANOS);
    length.prompt();
    assertThat(length.shareOctets(0))
        .as("the turn after it")
        .isEqualTo(RoundLength.LARGEST_SHARE_OCTETS);
    assertThat(length.bulkNanos(calm + 5)).isEqualTo(RoundLength.SHORT_NANOS);
    length.prompt();
    assertThat(length.bulkNanos(calm + 10)).isEqualTo(RoundLength.SHORT_NANOS);
    long last = calm + 10 + RoundLength.PROMPT_NANOS;
    assertThat(length.bulkNanos(last - 1)).isEqualTo(RoundLength.SHORT_NANOS);
    assertThat(length.bulkNanos(last)).isEqualTo(RoundLength.LONG_NANOS);
  }

  @Test
  void aShareOfAShortRoundIsSmallerTheMoreWait() {
    assertThat(length.shareOctets(0)).isEqualTo(RoundLength.LARGEST_SHARE_OCTETS);
    assertThat(length.shareOctets(3)).isEqualTo(256 * 1024);
    assertThat(length.shareOctets(1000)).isEqualTo(RoundLength.LEAST_SHARE_OCTETS);
  }
}
