package dev.argyle.server.udp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.rate.AccountRates;
import dev.argyle.server.rate.Budget;
import dev.argyle.server.rate.RateLoop;
import dev.argyle.server.telemetry.Counter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Datagrams of an account that has a rate: what waits, and its share beside streams. */
@Tag("play")
class UdpRateTest extends UdpAssociationCase {

  @Test
  void whatIsBeyondTheRateStaysInTheSocketUntilItMayPass() {
    record Timer(long atNanos, Runnable action) {}
    List<Timer> timers = new ArrayList<>();
    loop.nanos = 1;
    RateLoop rateLoop =
        new RateLoop(
            (nanos, action) -> timers.add(new Timer(loop.nanos + nanos, action)), () -> loop.nanos);
    AccountRates rates = new AccountRates();
    rates.limit(100_000, 100_000, 16 * 1024, loop.nanos);
    association.limit(rateLoop, rates);
    String kilobyte = "00".repeat(1000);
    for (int i = 0; i < 100; i++) {
      client.comes(CLIENT, HexFormat.of().parseHex(TO_REMOTE + kilobyte));
    }
    client.ready();
    loop.giveTurns();
    int atOnce = remotes().sent.size();
    assertThat(atOnce).as("the burst, and a datagram that fits no slice").isBetween(10, 18);
    assertThat(client.left()).isEqualTo(100 - atOnce);
    assertThat(loop.count(Counter.RATE_WAITS)).isEqualTo(1);
    client.ready();
    loop.giveTurns();
    assertThat(remotes().sent).as("an event does not get past it").hasSize(atOnce);
    long begin = loop.nanos;
    while (client.left() > 0 && loop.nanos - begin < 2_000_000_000) {
      loop.nanos += 1_000_000;
      List<Timer> due = timers.stream().filter(timer -> timer.atNanos <= loop.nanos).toList();
      timers.removeAll(due);
      due.forEach(timer -> timer.action.run());
      loop.giveTurns();
      double allowed = atOnce + (loop.nanos - begin) / 10_000_000.0 + 2;
      assertThat(remotes().sent.size()).isLessThanOrEqualTo((int) allowed);
    }
    assertThat((loop.nanos - begin) / 1_000_000).as("ms").isBetween(780L, 920L);
    remotes().comes(REMOTE, new byte[] {1});
    remotes().ready();
    assertThat(client.sent).as("the other direction has a bucket of its own").hasSize(1);
    association.close();
  }

  /** Streams of the same account always have more, and take whole slices in turn. */
  @ParameterizedTest
  @ValueSource(ints = {100, 300, 1000, 1400})
  void datagramsGetTheirShareBesideStreamsOfTheirAccount(int octets) {
    record Timer(long atNanos, Runnable action) {}
    List<Timer> timers = new ArrayList<>();
    loop.nanos = 1;
    RateLoop rateLoop =
        new RateLoop(
            (nanos, action) -> timers.add(new Timer(loop.nanos + nanos, action)), () -> loop.nanos);
    AccountRates rates = new AccountRates();
    rates.limit(1_000_000, 1_000_000, 0, loop.nanos);
    long[] streamed = new long[4];
    Deque<Integer> woken = new ArrayDeque<>();
    List<Budget> streams = new ArrayList<>();
    for (int i = 0; i < streamed.length; i++) {
      int stream = i;
      streams.add(rateLoop.join(rates, true, () -> woken.add(stream)));
      woken.add(stream);
    }
    association.limit(rateLoop, rates);
    byte[] datagram = HexFormat.of().parseHex(TO_REMOTE + "00".repeat(octets));
    long end = loop.nanos + 10_000_000_000L;
    while (loop.nanos < end) {
      while (client.left() < 200) { // as many as the socket holds
        client.comes(CLIENT, datagram);
      }
      client.ready();
      loop.giveTurns();
      while (!woken.isEmpty()) {
        int stream = woken.remove();
        int passed = streams.get(stream).take(1 << 19);
        streams.get(stream).passed(passed);
        streamed[stream] += passed;
        if (passed > 0) {
          woken.add(stream);
        }
      }
      loop.nanos += 1_000_000;
      List<Timer> due = timers.stream().filter(timer -> timer.atNanos <= loop.nanos).toList();
      timers.removeAll(due);
      due.forEach(timer -> timer.action.run());
    }
    double sum = owner.up + LongStream.of(streamed).sum();
    assertThat(sum / 10_000_000).isBetween(0.98, 1.02);
    assertThat(owner.up / (sum / 5)).isBetween(0.9, 1.1);
    streams.forEach(Budget::close);
    association.close();
  }
}
