package dev.argyle.server.admission;

import static dev.argyle.server.admission.Shares.Answer.FULL;
import static dev.argyle.server.admission.Shares.Answer.GIVEN;
import static dev.argyle.server.admission.Shares.Answer.OWN_FULL;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class SharesTest {

  private final Shares shares = new Shares();

  @Test
  void whoHasItsShareLeavesTheRestToTheOthers() {
    assertThat(shares.take("ana", 3, 2)).isEqualTo(GIVEN);
    assertThat(shares.take("ana", 3, 2)).isEqualTo(GIVEN);
    assertThat(shares.take("ana", 3, 2)).isEqualTo(OWN_FULL);
    assertThat(shares.take("ben", 3, 2)).isEqualTo(GIVEN);
    assertThat(shares.take("ben", 3, 2)).isEqualTo(FULL);
    assertThat(shares.all()).isEqualTo(3);
  }

  @Test
  void whatIsGivenBackMayBeTakenAgainAndOwnersOfNoneAreForgotten() {
    shares.take("ana", 3, 1);
    shares.leave("ana");
    assertThat(shares.owners()).isZero();
    assertThat(shares.all()).isZero();
    assertThat(shares.take("ana", 3, 1)).isEqualTo(GIVEN);
  }

  @Test
  void limitsOfNowHold() {
    shares.take("ana", 2, 2);
    assertThat(shares.take("ana", 2, 1)).isEqualTo(OWN_FULL);
    assertThat(shares.take("ben", 1, 1)).isEqualTo(FULL);
  }
}
