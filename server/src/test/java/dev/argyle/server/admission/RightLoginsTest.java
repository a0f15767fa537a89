package dev.argyle.server.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class RightLoginsTest {

  private static final InetAddress OFFICE = InetAddress.ofLiteral("192.0.2.7");
  private static final int MAX = 64;

  private long nanos = TimeUnit.DAYS.toNanos(1);
  private final RightLogins logins = new RightLogins(() -> nanos, MAX);

  @Test
  void rightLoginCountsForAnHourAndForItsSourceAlone() {
    assertThat(logins.lately(OFFICE)).isFalse();
    logins.note(OFFICE);
    assertThat(logins.lately(OFFICE)).isTrue();
    assertThat(logins.lately(InetAddress.ofLiteral("192.0.2.8"))).isFalse();
    nanos += RightLogins.REMEMBERED.toNanos() - 1;
    assertThat(logins.lately(OFFICE)).isTrue();
    logins.note(OFFICE);
    nanos += RightLogins.REMEMBERED.toNanos() - 1;
    assertThat(logins.lately(OFFICE)).as("another one").isTrue();
    nanos++;
    assertThat(logins.lately(OFFICE)).isFalse();
  }

  /** Or one good account would make it free to guess others. */
  @Test
  void guessesOfASourceThatIsNotRefusedAreLookedAtOneASecond() {
    logins.note(OFFICE);
    int lookedAt = 0;
    for (int millis = 0; millis < 60_000; millis += 5) {
      long wait = logins.takeTurnNanos(OFFICE);
      if (wait >= 0) {
        lookedAt++;
        assertThat(wait).isLessThanOrEqualTo(Penalties.MAX_DELAY.toNanos());
      }
      nanos += TimeUnit.MILLISECONDS.toNanos(5);
    }
    assertThat(lookedAt).isBetween(60, 65);
  }

  @Test
  void tableIsBoundedAndIpv6CannotPushIpv4Out() {
    logins.note(OFFICE);
    for (int i = 0; i < 10 * MAX; i++) {
      nanos++;
      logins.note(InetAddress.ofLiteral("2001:db8:0:" + Integer.toHexString(i) + "::1"));
    }
    assertThat(logins.sources()).isEqualTo(MAX + 1);
    assertThat(logins.lately(OFFICE)).isTrue();
  }
}
