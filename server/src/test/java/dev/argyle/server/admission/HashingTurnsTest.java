package dev.argyle.server.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

final class HashingTurnsTest {

  private final HashingTurns turns = new HashingTurns();

  @Test
  void aSourceHasItsTurnsAndNoMoreUntilOneEnds() throws Exception {
    InetAddress one = InetAddress.getByName("192.0.2.1");
    for (int i = 0; i < HashingTurns.A_SOURCE; i++) {
      assertThat(turns.begin(one)).isTrue();
    }
    assertThat(turns.begin(one)).isFalse();
    assertThat(turns.begin(InetAddress.getByName("192.0.2.2"))).as("another source").isTrue();
    turns.end(one);
    assertThat(turns.begin(one)).isTrue();
    assertThat(turns.begin(one)).isFalse();
  }

  @Test
  void anIpv6SourceIsItsNetworkOf64Bits() throws Exception {
    for (int i = 0; i < HashingTurns.A_SOURCE; i++) {
      assertThat(turns.begin(InetAddress.getByName("2001:db8::" + (i + 1)))).isTrue();
    }
    assertThat(turns.begin(InetAddress.getByName("2001:db8::ffff"))).isFalse();
    assertThat(turns.begin(InetAddress.getByName("2001:db8:0:1::1"))).isTrue();
  }

  @Test
  void turnsThatAreGivenBackTwiceAreNotMadeUp() throws Exception {
    InetAddress one = InetAddress.getByName("192.0.2.1");
    turns.end(one);
    turns.begin(one);
    turns.end(one);
    turns.end(one);
    for (int i = 0; i < HashingTurns.A_SOURCE; i++) {
      assertThat(turns.begin(one)).isTrue();
    }
    assertThat(turns.begin(one)).isFalse();
  }

  @Test
  void turnsInAllAreBoundedToo() throws Exception {
    HashingTurns few = new HashingTurns(2, 3);
    InetAddress one = InetAddress.getByName("192.0.2.1");
    InetAddress two = InetAddress.getByName("192.0.2.2");
    assertThat(few.begin(one)).isTrue();
    assertThat(few.begin(one)).isTrue();
    assertThat(few.begin(one)).isFalse();
    assertThat(few.begin(two)).isTrue();
    assertThat(few.begin(two)).isFalse();
    few.end(one);
    assertThat(few.begin(two)).isTrue();
    few.end(InetAddress.getByName("192.0.2.3"));
    assertThat(few.begin(one)).isFalse();
  }
}
