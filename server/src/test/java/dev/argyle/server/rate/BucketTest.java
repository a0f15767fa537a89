package dev.argyle.server.rate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class BucketTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long START = Math.subtractExact(Long.MAX_VALUE, 5 * SECOND); // it wraps soon
  private static final long MIB = 1 << 20;

  @Test
  void burstPassesAtOnceAndWhatFollowsComesInItsTime() {
    Bucket bucket = new Bucket(MIB, MIB, MIB, START);
    long credit = bucket.availableOctets(START);
    assertThat(credit).isBetween(MIB - 4 * bucket.sliceOctets(), MIB);
    assertThat(bucket.reserve(credit, START) - START).isNegative();
    assertThat(bucket.reserve(MIB, START)).isEqualTo(START);
    assertThat(bucket.reserve(1, START)).isEqualTo(START + SECOND);
    assertThat(bucket.availableOctets(START)).isEqualTo(-MIB - 1);
  }

  @Test
  void aPauseGivesTheBurstAndNoMore() {
    Bucket bucket = new Bucket(MIB, 64 * 1024, MIB, START);
    long credit = bucket.availableOctets(START);
    long later = START + 3600 * SECOND;
    assertThat(bucket.availableOctets(later)).isEqualTo(credit);
    assertThat(bucket.isFull(later)).isTrue();
    long begin = bucket.reserve(credit + MIB, later);
    assertThat(later - begin).isBetween(bucket.creditNanos() - 2, bucket.creditNanos() + 2);
    assertThat(bucket.isFull(later)).isFalse();
    assertThat(bucket.reserve(1, later) - later).isBetween(SECOND - 2, SECOND);
  }

  @Test
  void whatIsGivenBackPassesLater() {
    Bucket bucket = new Bucket(MIB, 64 * 1024, MIB, START);
    bucket.reserve(bucket.availableOctets(START), START);
    bucket.reserve(MIB, START);
    bucket.giveBack(MIB / 2);
    assertThat(bucket.reserve(1, START)).isEqualTo(START + SECOND / 2);
  }

  @ParameterizedTest
  @ValueSource(longs = {1024, 1 << 20, 1_000_000_007L, 8L << 30})
  void slicesFitTheRateAndNothingOverflows(long perSecond) {
    Bucket bucket = new Bucket(perSecond, 1, 1, START);
    assertThat(bucket.sliceOctets())
        .isBetween(Bucket.LEAST_SLICE_OCTETS, Bucket.LARGEST_SLICE_OCTETS);
    long year = START + 366L * 86_400 * SECOND;
    long last = bucket.reserve(1, year);
    long sum = 1;
    while (sum < perSecond) {
      long octets = Math.min(perSecond - sum, Integer.MAX_VALUE);
      assertThat(bucket.reserve(octets, year) - last).isNotNegative();
      sum += octets;
    }
    long begin = bucket.reserve(1, year);
    assertThat(begin - year).isBetween(SECOND - bucket.creditNanos() - 2, SECOND);
  }

  @Test
  void aLowRateIsNotCutIntoMoreSlicesThanItsCrowdNeeds() {
    Bucket bucket = new Bucket(1_000_000, 100_000, 0, START);
    assertThat(bucket.shareOctets()).isEqualTo(12_500); // 80 wake-ups a second, not 500
    for (int i = 0; i < 99; i++) {
      bucket.waitBegins(bucket.sliceOctets());
    }
    assertThat(bucket.shareOctets()).isEqualTo(2_500);
    for (int i = 0; i < 400; i++) {
      bucket.waitBegins(bucket.sliceOctets());
    }
    assertThat(bucket.shareOctets()).isEqualTo(2_000);
    for (int i = 0; i < 499; i++) {
      bucket.waitEnds(bucket.sliceOctets());
    }
    assertThat(bucket.shareOctets()).isEqualTo(12_500);
  }

  @Test
  void whoIsAloneHasASliceThatNobodyWaitsForAndOthersASmallOne() {
    Bucket bucket = new Bucket(1_000_000_000, 100_000_000, 0, START);
    assertThat(bucket.shareOctets()).isEqualTo(4_000_000); // 4 ms
    bucket.waitBegins(bucket.shareOctets());
    assertThat(bucket.shareOctets()).isEqualTo(MIB);
    bucket.waitEnds(4_000_000);
    assertThat(bucket.shareOctets()).isEqualTo(4_000_000);
    Bucket small = new Bucket(1_000_000_000, 0, 0, START);
    assertThat(small.shareOctets()).isEqualTo(2_500_000); // an eighth of the burst
  }

  @Test
  void aBurstThatIsTooSmallForTheRateIsRaised() {
    Bucket bucket = new Bucket(1_000_000_000, 16 * 1024, 1 << 30, START);
    assertThat(bucket.creditNanos()).isGreaterThan(10_000_000);
  }

  @Test
  void changingALimitAgainAndAgainGivesNoMore() {
    AccountRates rates = new AccountRates();
    assertThat(rates.isUnlimited()).isTrue();
    rates.limit(MIB, 0, 0, START);
    assertThat(rates.bucket(false)).isNull();
    Bucket bucket = java.util.Objects.requireNonNull(rates.bucket(true));
    bucket.reserve(bucket.availableOctets(START), START);
    for (int i = 1; i < 10; i++) {
      rates.limit(MIB + i, 0, 0, START);
      assertThat(java.util.Objects.requireNonNull(rates.bucket(true)).availableOctets(START))
          .isZero();
    }
    rates.limit(MIB + 9, 2 * MIB, 0, START);
    assertThat(rates.isFull(START)).isFalse();
    assertThat(rates.isFull(START + SECOND)).isTrue();
    rates.limit(0, 0, 0, START);
    assertThat(rates.isUnlimited()).isTrue();
  }
}
