package dev.argyle.server.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each bound at its edge, on a clock that we move. */
@Tag("unit")
class WrongTokensTest {

  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - MINUTE); // it wraps meanwhile
  private final WrongTokens wrongTokens = new WrongTokens(clock::get);

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException notAnAddress) {
      throw new AssertionError(notAnAddress);
    }
  }

  private void wrong(InetAddress from, int times) {
    for (int i = 0; i < times; i++) {
      wrongTokens.note(from);
    }
  }

  @Test
  void theTwentiethWrongTokenWithinAMinuteIsTheLastThatIsHeard() {
    InetAddress from = address("192.0.2.1");
    wrong(from, 19);
    assertThat(wrongTokens.ignores(from)).isFalse();
    assertThat(wrongTokens.note(from)).isTrue();
    assertThat(wrongTokens.ignores(from)).isTrue();
    assertThat(wrongTokens.ignores(address("192.0.2.2"))).isFalse();
  }

  @Test
  void ignoredForAMinuteAndNotLonger() {
    InetAddress from = address("192.0.2.1");
    wrong(from, 20);
    clock.addAndGet(MINUTE - 1);
    assertThat(wrongTokens.ignores(from)).isTrue();
    clock.addAndGet(1);
    assertThat(wrongTokens.ignores(from)).isFalse();
    wrong(from, 19);
    assertThat(wrongTokens.ignores(from)).as("it begins anew").isFalse();
  }

  @Test
  void wrongTokensOfAnotherMinuteDoNotCount() {
    InetAddress from = address("192.0.2.1");
    wrong(from, 19);
    clock.addAndGet(MINUTE);
    assertThat(wrongTokens.ignores(from)).isFalse();
    assertThat(wrongTokens.note(from)).isFalse();
  }

  @Test
  void aNetworkOfIpv6CountsAsOne() {
    wrong(address("2001:db8::1"), 20);
    assertThat(wrongTokens.ignores(address("2001:db8::2"))).isTrue();
    assertThat(wrongTokens.ignores(address("2001:db8:0:1::1"))).isFalse();
  }

  @Test
  void fullTableForgetsTheOldest() {
    for (int i = 0; i <= WrongTokens.MAX_SOURCES; i++) {
      wrong(address("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255)), 20);
    }
    assertThat(wrongTokens.size()).isEqualTo(WrongTokens.MAX_SOURCES);
    assertThat(wrongTokens.ignores(address("10.0.0.0"))).isFalse();
    assertThat(wrongTokens.ignores(address("10.0.0.1"))).isTrue();
  }
}
