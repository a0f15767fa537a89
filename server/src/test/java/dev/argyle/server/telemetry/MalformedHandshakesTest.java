package dev.argyle.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
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

  private void addFrom(String client, long timeMillis) {
    InetAddress address = InetAddress.ofLiteral(client);
    kept.add(timeMillis, address, 40000, Door.SOCKS, REASON, 3, new byte[1]);
  }

  @Test
  void whoFloodsPushesNobodyElseOut() {
    addFrom("192.0.2.1", 0);
    for (int i = 1; i <= 1000; i++) {
      addFrom("2001:db8::" + Integer.toHexString(i), i); // one network
    }
    assertThat(kept.newestFirst()).hasSize(1 + MalformedHandshakes.CAPACITY_OF_A_SOURCE);
    assertThat(kept.newestFirst().getFirst().timeMillis()).isEqualTo(1000);
    assertThat(kept.newestFirst().get(MalformedHandshakes.CAPACITY_OF_A_SOURCE - 1).timeMillis())
        .isEqualTo(1001 - MalformedHandshakes.CAPACITY_OF_A_SOURCE);
    assertThat(kept.newestFirst().getLast().client()).isEqualTo(InetAddress.ofLiteral("192.0.2.1"));
  }

  @Test
  void aFloodIsNoMoreThanTheLastOnes() {
    for (int i = 1; i <= 1000; i++) {
      addFrom("192.0.2." + i % 250, i);
    }
    assertThat(kept.newestFirst())
        .extracting(MalformedHandshakes.Entry::timeMillis)
        .containsExactlyElementsOf(
            LongStream.range(0, MalformedHandshakes.CAPACITY).mapToObj(i -> 1000 - i).toList());
  }

  @Test
  void pagesGoOnWhereTheOneBeforeEndedThoughOthersComeMeanwhile() {
    for (int i = 1; i <= 5; i++) {
      addFrom("192.0.2." + i, i);
    }
    List<MalformedHandshakes.Entry> first = kept.page(Long.MAX_VALUE, 2);
    addFrom("192.0.2.6", 6);
    List<MalformedHandshakes.Entry> second = kept.page(first.getLast().number(), 2);
    assertThat(first).extracting(MalformedHandshakes.Entry::timeMillis).containsExactly(5L, 4L);
    assertThat(second).extracting(MalformedHandshakes.Entry::timeMillis).containsExactly(3L, 2L);
    assertThat(kept.page(second.getLast().number(), 2))
        .extracting(MalformedHandshakes.Entry::timeMillis)
        .containsExactly(1L);
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
            new MalformedHandshakes.Entry(
                1, 1, Entries.CLIENT, 40000, Door.SOCKS, REASON, 3, "00"));
  }
}
