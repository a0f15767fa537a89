package dev.argyle.server.rate;

import static dev.argyle.server.rate.Simulation.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rates by a simulated clock, on one loop and on several. */
@Tag("property")
@net.jqwik.api.Tag("property")
class RateLoopTest {

  private static final long LATE_NANOS = 1_000_000;
  private static final long MIB = 1 << 20;

  private static List<Simulation.Loop> loops(Simulation simulation, int count, long lateNanos) {
    List<Simulation.Loop> loops = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      loops.add(simulation.new Loop(lateNanos));
    }
    return loops;
  }

  private static List<Simulation.Tunnel> tunnels(
      Simulation simulation, List<Simulation.Loop> loops, int count) {
    List<Simulation.Tunnel> tunnels = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tunnels.add(simulation.new Tunnel(loops.get(i % loops.size()), Long.MAX_VALUE));
    }
    return tunnels;
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1000000",
    "1, 1, 1000000000",
    "10, 1, 1000000",
    "10, 4, 10000000",
    "10, 8, 1000000000",
    "500, 8, 1000000",
    "500, 2, 100000000",
  })
  void tenSecondsAreWithinTwoPercentAndSharesWithinTen(int count, int loopCount, long perSecond) {
    Simulation simulation = new Simulation(new Random(1));
    simulation.rates.limit(perSecond, 0, 0, simulation.now);
    List<Simulation.Loop> loops = loops(simulation, loopCount, LATE_NANOS);
    List<Simulation.Tunnel> tunnels = tunnels(simulation, loops, count);
    long begin = simulation.now + SECOND; // behind the burst
    simulation.runUntil(begin);
    List<Long> before = tunnels.stream().map(tunnel -> tunnel.total).toList();
    simulation.runUntil(begin + 10 * SECOND);
    long sum = simulation.passedBetween(begin, begin + 10 * SECOND);
    assertThat((double) sum / (10 * perSecond)).isBetween(0.98, 1.02);
    double share = (double) sum / count;
    for (int i = 0; i < count; i++) {
      assertThat((tunnels.get(i).total - before.get(i)) / share).isBetween(0.9, 1.1);
    }
    long burst = Math.max(64 * 1024, perSecond / 10);
    assertThat(simulation.mostWithin(SECOND)).isLessThanOrEqualTo(perSecond + burst);
  }

  @Test
  void loopWithOneTunnelGetsNoMoreForItThanALoopWithNineForEach() {
    Simulation simulation = new Simulation(new Random(2));
    simulation.rates.limit(10_000_000, 0, 0, simulation.now);
    List<Simulation.Loop> loops = loops(simulation, 2, LATE_NANOS);
    Simulation.Tunnel alone = simulation.new Tunnel(loops.getFirst(), Long.MAX_VALUE);
    List<Simulation.Tunnel> many = tunnels(simulation, List.of(loops.getLast()), 9);
    simulation.runUntil(simulation.now + 20 * SECOND);
    double each = many.stream().mapToLong(tunnel -> tunnel.total).average().orElseThrow();
    assertThat(alone.total / each).isBetween(0.9, 1.1);
  }

  @Test
  void aLoneTunnelOnItsLoopGetsNoLargerSlicesThanHundredsOnAnother() {
    Simulation simulation = new Simulation(new Random(7));
    simulation.rates.limit(10_000_000, 0, 0, simulation.now);
    List<Simulation.Loop> loops = loops(simulation, 2, LATE_NANOS);
    Simulation.Tunnel alone = simulation.new Tunnel(loops.getFirst(), Long.MAX_VALUE);
    List<Simulation.Tunnel> many = tunnels(simulation, List.of(loops.getLast()), 300);
    simulation.runUntil(simulation.now + 20 * SECOND);
    double each = many.stream().mapToLong(tunnel -> tunnel.total).average().orElseThrow();
    assertThat(alone.total / each).isBetween(0.9, 1.1);
  }

  /** A receive buffer of 128 KiB, half of whose size is data, beside some that have grown. */
  @ParameterizedTest
  @CsvSource({
    "1, 100000000",
    "2, 100000000",
    "1, 200000000",
    "2, 200000000",
    "1, 400000000",
    "2, 400000000",
    "8, 400000000",
    "1, 1000000000",
    "2, 1000000000",
    "8, 1000000000",
  })
  void aSmallWindowGetsNoSmallerShare(int loopCount, long perSecond) {
    Simulation simulation = new Simulation(new Random(8));
    simulation.rates.limit(perSecond, 0, 0, simulation.now);
    List<Simulation.Tunnel> tunnels =
        tunnels(simulation, loops(simulation, loopCount, LATE_NANOS), 10);
    tunnels.subList(4, 10).forEach(tunnel -> tunnel.window = 95_232);
    long begin = simulation.now + SECOND;
    simulation.runUntil(begin);
    List<Long> before = tunnels.stream().map(tunnel -> tunnel.total).toList();
    simulation.runUntil(begin + 10 * SECOND);
    double sum = simulation.passedBetween(begin, begin + 10 * SECOND);
    assertThat(sum / (10 * perSecond)).isBetween(0.98, 1.02);
    for (int i = 0; i < 10; i++) {
      assertThat((tunnels.get(i).total - before.get(i)) / (sum / 10)).isBetween(0.9, 1.1);
    }
  }

  @Test
  void messagesAmongBulkLoseNothingOfTheRate() {
    Simulation simulation = new Simulation(new Random(3));
    simulation.rates.limit(1_000_000, 0, 0, simulation.now);
    List<Simulation.Loop> loops = loops(simulation, 2, LATE_NANOS);
    tunnels(simulation, loops, 2);
    for (int i = 0; i < 20; i++) {
      Simulation.Tunnel chatty = simulation.new Tunnel(loops.get(i % 2), 0);
      long first = simulation.now + i * 1_000_003L;
      for (int message = 0; message < 400; message++) {
        simulation.at(first + message * 50_000_000L, () -> chatty.sends(100));
      }
    }
    long begin = simulation.now + SECOND;
    simulation.runUntil(begin + 10 * SECOND);
    double passed = simulation.passedBetween(begin, begin + 10 * SECOND);
    assertThat(passed / 10_000_000).isBetween(0.98, 1.02);
  }

  @Test
  void aRaisedLimitHoldsSoonForWhatWaits() {
    Simulation simulation = new Simulation(new Random(4));
    simulation.rates.limit(1024, 0, 16 * 1024, simulation.now);
    Simulation.Tunnel tunnel =
        simulation.new Tunnel(simulation.new Loop(LATE_NANOS), Long.MAX_VALUE);
    simulation.runUntil(simulation.now + 60 * SECOND);
    simulation.rates.limit(100 * MIB, 0, 16 * 1024, simulation.now);
    long raised = simulation.now;
    long before = tunnel.total;
    simulation.runUntil(raised + SECOND / 10);
    assertThat(tunnel.total - before).isGreaterThan(MIB);
    simulation.rates.limit(0, 0, 0, simulation.now);
    before = tunnel.total;
    long passing = simulation.now;
    simulation.at(passing + RateLoop.LOOK_NANOS * 2, tunnel::close);
    simulation.runUntil(passing + SECOND);
    assertThat(tunnel.total - before).isGreaterThan(MIB);
  }

  @Test
  void aLoopThatStoodStillHasNoMoreThanTheBurstToMakeUpFor() {
    Simulation simulation = new Simulation(new Random(5));
    simulation.rates.limit(MIB, 0, 0, simulation.now);
    tunnels(simulation, loops(simulation, 1, 0), 100);
    long begin = simulation.now + SECOND;
    simulation.runUntil(begin);
    simulation.now += 5 * SECOND; // everything that was due is late now
    simulation.runUntil(begin + 6 * SECOND);
    assertThat(simulation.passedBetween(begin + 4 * SECOND, begin + 6 * SECOND))
        .isLessThanOrEqualTo(MIB + 2 * MIB / 10);
    assertThat(simulation.mostWithin(SECOND)).isLessThanOrEqualTo(MIB + MIB / 10 + MIB / 100);
  }

  @Test
  void whoeverLeavesTakesNothingAlongAndIsForgotten() {
    Simulation simulation = new Simulation(new Random(6));
    simulation.rates.limit(MIB, 0, 0, simulation.now);
    Simulation.Loop loop = simulation.new Loop(0);
    List<Simulation.Tunnel> tunnels = tunnels(simulation, List.of(loop), 10);
    simulation.runUntil(simulation.now + SECOND);
    tunnels.subList(1, 10).forEach(Simulation.Tunnel::close);
    tunnels.get(1).close();
    long begin = simulation.now;
    simulation.runUntil(begin + 10 * SECOND);
    assertThat(simulation.passedBetween(begin, begin + 10 * SECOND) / (10.0 * MIB))
        .isBetween(0.98, 1.02);
    tunnels.getFirst().close();
    assertThat(loop.rateLoop.accounts()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"1, 10", "4, 10", "1, 50", "4, 50"})
  void windowsThatOpenTogetherLetNoMoreThanTheBurstCome(int loopCount, long burstsPerSecond) {
    long perSecond = 400_000_000;
    long burst = perSecond / burstsPerSecond;
    Random random = new Random(9);
    Simulation simulation = new Simulation(random);
    simulation.rates.limit(perSecond, 0, burst, simulation.now);
    List<Simulation.Tunnel> tunnels =
        tunnels(simulation, loops(simulation, loopCount, 3 * LATE_NANOS), 100);
    for (int i = 0; i < 10; i++) {
      boolean open = i % 2 == 1;
      tunnels.forEach(tunnel -> tunnel.window = open ? Long.MAX_VALUE : random.nextInt(30_000));
      tunnels.forEach(Simulation.Tunnel::askForTurn);
      simulation.runUntil(simulation.now + SECOND / 2);
    }
    assertThat(simulation.mostWithin(SECOND)).isLessThanOrEqualTo(perSecond + burst);
    assertThat(simulation.mostWithin(SECOND / 100)).isLessThanOrEqualTo(perSecond / 100 + burst);
  }

  /** Tunnels that come, go, pause, send little or much, some to small windows, on late loops. */
  @Property(tries = 150)
  void noSecondBeyondTheBurstWhateverHappens(
      @ForAll @IntRange(min = 1, max = 6) int loopCount,
      @ForAll @LongRange(min = 20_000, max = 50_000_000) long perSecond,
      @ForAll @LongRange(min = 0, max = 20_000_000) long lateNanos,
      @ForAll long seed) {
    Random random = new Random(seed);
    Simulation simulation = new Simulation(random);
    simulation.rates.limit(perSecond, 0, 0, simulation.now);
    List<Simulation.Loop> loops = loops(simulation, loopCount, lateNanos);
    List<Simulation.Tunnel> open = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      long at = simulation.now + random.nextLong(4 * SECOND);
      simulation.at(
          at,
          () -> {
            if (open.size() < 40 && random.nextInt(3) > 0) {
              Simulation.Loop loop = loops.get(random.nextInt(loopCount));
              long octets = random.nextBoolean() ? Long.MAX_VALUE : random.nextLong(200_000);
              Simulation.Tunnel tunnel = simulation.new Tunnel(loop, octets);
              tunnel.window = random.nextBoolean() ? Long.MAX_VALUE : 1 + random.nextInt(100_000);
              open.add(tunnel);
            } else if (!open.isEmpty() && random.nextBoolean()) {
              open.remove(random.nextInt(open.size())).close();
            } else if (!open.isEmpty()) {
              Simulation.Tunnel tunnel = open.get(random.nextInt(open.size()));
              if (tunnel.left != Long.MAX_VALUE) {
                tunnel.sends(random.nextLong(50_000));
              }
            }
          });
    }
    simulation.runUntil(simulation.now + 6 * SECOND);
    long burst = Math.max(64 * 1024, perSecond / 10);
    assertThat(simulation.mostWithin(SECOND)).isLessThanOrEqualTo(perSecond + burst);
    assertThat(simulation.mostWithin(SECOND / 10)).isLessThanOrEqualTo(perSecond / 10 + burst);
  }
}
