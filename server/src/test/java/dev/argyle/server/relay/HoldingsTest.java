package dev.argyle.server.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.relay.Holdings.Share;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class HoldingsTest {

  private final Holdings holdings = new Holdings(1000);

  /** Holds as much as it may, an octet at a time. */
  private Share greedy(String name) {
    Share share = holdings.join(name);
    while (holdings.room(share) > 0) {
      holdings.change(share, 1);
    }
    return share;
  }

  @Test
  void whoeverIsAloneTakesHalfAtMost() {
    greedy("ana");
    assertThat(holdings.heldOctets()).isEqualTo(500);
    assertThat(holdings.room(holdings.join("ana"))).isZero();
    assertThat(holdings.room(holdings.join("otto"))).isEqualTo(500);
  }

  @Test
  void howeverManyTakeAllTheyMaySomethingIsLeftForWhoComesNext() {
    List<Long> left = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      greedy("user " + i);
      left.add(holdings.room(holdings.join("next " + i)));
    }
    assertThat(left).doesNotContain(0L).isSortedAccordingTo((a, b) -> Long.compare(b, a));
    assertThat(holdings.heldOctets()).isLessThan(1000);
  }

  @Test
  void roomForAnyoneIsRoomForWhoeverHoldsMost() {
    Share ana = holdings.join("ana");
    holdings.change(ana, 300);
    assertThat(holdings.hasRoomForAnyone(400)).isTrue();
    assertThat(holdings.hasRoomForAnyone(401)).isFalse();
    assertThat(holdings.room(ana)).isEqualTo(400);
  }

  @Test
  void whatIsGivenBackIsRoomAgainAndNothingIsKeptOfWhoHasLeft() {
    Share ana = greedy("ana");
    assertThat(holdings.join("ana")).isSameAs(ana);
    holdings.change(ana, -500);
    holdings.leave(ana);
    assertThat(holdings.size()).as("one tunnel of the user is still there").isEqualTo(1);
    holdings.leave(ana);
    assertThat(holdings.size()).isZero();
    assertThat(holdings.heldOctets()).isZero();
  }
}
