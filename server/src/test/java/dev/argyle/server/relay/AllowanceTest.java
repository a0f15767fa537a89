package dev.argyle.server.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.relay.Allowance.Share;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class AllowanceTest {

  private final Allowance allowance = new Allowance(1000);

  /** Holds as much as it may, an octet at a time. */
  private Share greedy(String name) {
    Share share = allowance.join(name);
    while (allowance.room(share) > 0) {
      allowance.change(share, 1);
    }
    return share;
  }

  @Test
  void whoeverIsAloneTakesHalfAtMost() {
    greedy("ana");
    assertThat(allowance.heldOctets()).isEqualTo(500);
    assertThat(allowance.room(allowance.join("ana"))).isZero();
    assertThat(allowance.room(allowance.join("otto"))).isEqualTo(500);
  }

  @Test
  void howeverManyTakeAllTheyMaySomethingIsLeftForWhoComesNext() {
    List<Long> left = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      greedy("user " + i);
      left.add(allowance.room(allowance.join("next " + i)));
    }
    assertThat(left).doesNotContain(0L).isSortedAccordingTo((a, b) -> Long.compare(b, a));
    assertThat(allowance.heldOctets()).isLessThan(1000);
  }

  @Test
  void roomForAnyoneIsRoomForWhoeverHoldsMost() {
    Share ana = allowance.join("ana");
    allowance.change(ana, 300);
    assertThat(allowance.hasRoomForAnyone(400)).isTrue();
    assertThat(allowance.hasRoomForAnyone(401)).isFalse();
    assertThat(allowance.room(ana)).isEqualTo(400);
  }

  @Test
  void whatIsGivenBackIsRoomAgainAndNothingIsKeptOfWhoHasLeft() {
    Share ana = greedy("ana");
    assertThat(allowance.join("ana")).isSameAs(ana);
    allowance.change(ana, -500);
    allowance.leave(ana);
    assertThat(allowance.size()).as("one tunnel of the user is still there").isEqualTo(1);
    allowance.leave(ana);
    assertThat(allowance.size()).isZero();
    assertThat(allowance.heldOctets()).isZero();
  }
}
