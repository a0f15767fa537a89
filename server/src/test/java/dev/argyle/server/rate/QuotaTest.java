package dev.argyle.server.rate;

import static dev.argyle.server.rate.Simulation.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Quotas by a simulated clock, and from many threads. */
@Tag("unit")
class QuotaTest {

  private static final long MIB = 1 << 20;

  @ParameterizedTest
  @CsvSource({"1, 1", "10, 2", "1000, 2", "1000, 8"})
  void tunnelsOnAllLoopsPassTheQuotaAndNotAnOctetMore(int count, int loops) {
    Simulation simulation = new Simulation(new Random(1));
    simulation.rates.quota(20 * MIB, true, true, 0, simulation.now);
    List<Simulation.Loop> all = new ArrayList<>();
    for (int i = 0; i < loops; i++) {
      all.add(simulation.new Loop(1_000_000));
    }
    for (int i = 0; i < count; i++) {
      simulation.new Tunnel(all.get(i % loops), Long.MAX_VALUE);
    }
    simulation.runUntil(simulation.now + 2 * SECOND);
    assertThat(simulation.passedBetween(0, Long.MAX_VALUE))
        .isBetween(20 * MIB - (long) loops * Quota.LEASE_OCTETS, 20 * MIB);
    assertThat(simulation.rates.isSpent()).isTrue();
  }

  @Test
  void whatALoopHasLeasedIsGivenBackAsItsLastTunnelEnds() {
    Simulation simulation = new Simulation(new Random(1));
    simulation.rates.quota(20 * MIB, true, true, 0, simulation.now);
    Simulation.Tunnel tunnel = simulation.new Tunnel(simulation.new Loop(0), 1000);
    simulation.runUntil(simulation.now + SECOND);
    assertThat(simulation.rates.used()).isGreaterThan(1000);
    tunnel.close();
    assertThat(simulation.rates.used()).isEqualTo(1000);
  }

  @Test
  void aRaisedQuotaHoldsAtOnceForWhoWaits() {
    Simulation simulation = new Simulation(new Random(1));
    simulation.rates.quota(MIB, true, true, 0, simulation.now);
    simulation.new Tunnel(simulation.new Loop(0), Long.MAX_VALUE);
    simulation.runUntil(simulation.now + SECOND);
    assertThat(simulation.passedBetween(0, Long.MAX_VALUE)).isEqualTo(MIB);
    simulation.rates.quota(3 * MIB, true, true, 0, simulation.now);
    simulation.runUntil(simulation.now + RateLoop.LOOK_NANOS + 1_000_000);
    assertThat(simulation.passedBetween(0, Long.MAX_VALUE)).isEqualTo(3 * MIB);
    simulation.rates.used(0); // a period begins
    simulation.runUntil(simulation.now + RateLoop.LOOK_NANOS + 1_000_000);
    assertThat(simulation.passedBetween(0, Long.MAX_VALUE)).isEqualTo(6 * MIB);
  }

  /**
   * The attack: each connection of the account sets its limits again, and brought a burst with it.
   */
  @ParameterizedTest
  @CsvSource({"0, 1.1", "1, 1.5"}) // what was reserved of another quota is forgotten with it
  void whoConnectsAgainAndAgainBehindASpentQuotaIsNoFaster(int otherQuota, double most) {
    Simulation simulation = new Simulation(new Random(1));
    simulation.rates.quota(MIB, true, true, 16 * 1024, simulation.now);
    simulation.new Tunnel(simulation.new Loop(0), Long.MAX_VALUE);
    simulation.runUntil(simulation.now + 20 * SECOND); // it is spent, and the burst is gone
    long begin = simulation.now;
    for (int i = 1; i <= 100; i++) {
      simulation.rates.quota(MIB + i * otherQuota, true, true, 16 * 1024, simulation.now);
      simulation.runUntil(simulation.now + SECOND / 10);
    }
    assertThat(simulation.passedBetween(begin, simulation.now) / (10.0 * 16 * 1024))
        .isLessThan(most);
    assertThat(simulation.rates.isFull(simulation.now))
        .as("its next client has no burst")
        .isFalse();
  }

  @Test
  void whereTheRateIsLowerFromThenOnItGoesOnAtThatRate() {
    Simulation simulation = new Simulation(new Random(1));
    simulation.rates.limit(100 * MIB, 0, 0, simulation.now);
    simulation.rates.quota(50 * MIB, true, true, MIB, simulation.now);
    Simulation.Loop loop = simulation.new Loop(0);
    for (int i = 0; i < 5; i++) {
      simulation.new Tunnel(loop, Long.MAX_VALUE);
    }
    simulation.runUntil(simulation.now + SECOND);
    long begin = simulation.now;
    simulation.runUntil(begin + 10 * SECOND);
    assertThat(simulation.passedBetween(begin, begin + 10 * SECOND) / (10.0 * MIB))
        .isBetween(0.98, 1.02);
    simulation.rates.used(0);
    begin = simulation.now;
    simulation.runUntil(begin + SECOND / 4);
    assertThat(simulation.passedBetween(begin, begin + SECOND / 4)).isGreaterThan(10 * MIB);
  }

  @Test
  void theOtherDirectionIsNotCounted() {
    Simulation simulation = new Simulation(new Random(1));
    simulation.rates.quota(MIB, false, true, 0, simulation.now);
    simulation.new Tunnel(simulation.new Loop(0), 10 * MIB); // upward
    simulation.runUntil(simulation.now + SECOND);
    assertThat(simulation.passedBetween(0, Long.MAX_VALUE)).isEqualTo(10 * MIB);
    assertThat(simulation.rates.used()).isZero();
  }

  @Test
  void aQuotaThatComesWhileASliceIsOutDoesNotCountItAsGivenBack() {
    AccountRates rates = new AccountRates();
    LoopQuota loop = new LoopQuota(rates, true);
    assertThat(loop.take(1000)).isEqualTo(1000);
    rates.quota(MIB, true, true, 0, 0);
    loop.giveBack(1000);
    loop.giveLeaseBack();
    assertThat(rates.used()).isZero();
    loop.charge(70_000); // octets that nobody asked for
    assertThat(rates.used()).isEqualTo(70_000);
  }

  @Test
  void aSmallQuotaIsNotSpentByWhatOneLoopAskedForAndDidNotPass() {
    AccountRates rates = new AccountRates();
    rates.quota(64 * 1024, true, true, 0, 0);
    LoopQuota loop = new LoopQuota(rates, true);
    int given = loop.take(256 * 1024);
    loop.giveBack(given - 10_000);
    assertThat(rates.isSpent()).isFalse();
    assertThat(new LoopQuota(rates, false).take(256 * 1024)).isGreaterThan(48 * 1024);
  }

  @Test
  void fromManyThreadsNoOctetIsGivenTwice() throws Exception {
    AccountRates rates = new AccountRates();
    rates.quota(64 * MIB, true, true, 0, 0);
    AtomicLong passed = new AtomicLong();
    CountDownLatch begin = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Random random = new Random(i);
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    LoopQuota loop = new LoopQuota(rates, true);
                    awaitQuietly(begin);
                    int given = loop.take(1 + random.nextInt(300_000));
                    while (given > 0) {
                      int used = 1 + random.nextInt(given);
                      passed.addAndGet(used);
                      loop.giveBack(given - used);
                      given = loop.take(1 + random.nextInt(300_000));
                    }
                    loop.giveLeaseBack();
                  }));
    }
    begin.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(passed.get()).isEqualTo(rates.used());
    assertThat(passed.get()).isBetween(64 * MIB - 8 * 400_000, 64 * MIB);
  }

  private static void awaitQuietly(CountDownLatch begin) {
    try {
      begin.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
