package dev.argyle.server.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class UsagePeriodTest {

  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  @ParameterizedTest
  @CsvSource({
    // period, now, its start and its end; all by the clock of Berlin
    "day, 2026-11-30T11:00+01:00, 2026-11-30T00:00+01:00, 2026-12-01T00:00+01:00",
    "week, 2026-12-06T23:59+01:00, 2026-11-30T00:00+01:00, 2026-12-07T00:00+01:00",
    "week sun, 2026-12-06T00:00+01:00, 2026-12-06T00:00+01:00, 2026-12-13T00:00+01:00",
    "week sun, 2026-12-05T23:59+01:00, 2026-11-29T00:00+01:00, 2026-12-06T00:00+01:00",
    "month, 2026-12-31T23:59+01:00, 2026-12-01T00:00+01:00, 2027-01-01T00:00+01:00",
    "month 15, 2026-12-14T23:59+01:00, 2026-11-15T00:00+01:00, 2026-12-15T00:00+01:00",
    "month 15, 2026-12-15T00:00+01:00, 2026-12-15T00:00+01:00, 2027-01-15T00:00+01:00",
    // a month that has no such day begins on its last one
    "month 31, 2027-02-27T12:00+01:00, 2027-01-31T00:00+01:00, 2027-02-28T00:00+01:00",
    "month 31, 2027-02-28T12:00+01:00, 2027-02-28T00:00+01:00, 2027-03-31T00:00+02:00",
    // the clock is put forward, and back: a day of 23 hours, and one of 25
    "day, 2026-03-29T12:00+02:00, 2026-03-29T00:00+01:00, 2026-03-30T00:00+02:00",
    "day, 2026-10-25T12:00+01:00, 2026-10-25T00:00+02:00, 2026-10-26T00:00+01:00",
    "month 29, 2026-03-30T12:00+02:00, 2026-03-29T00:00+01:00, 2026-04-29T00:00+02:00",
  })
  void aPeriodBeginsAtMidnightByTheOperatorsClock(
      String period, ZonedDateTime now, ZonedDateTime start, ZonedDateTime end) {
    UsagePeriod read = UsagePeriod.parse(period);
    assertThat(read.start(now.toInstant(), BERLIN)).isEqualTo(start.toInstant());
    assertThat(read.end(now.toInstant(), BERLIN)).isEqualTo(end.toInstant());
    assertThat(read).hasToString(period);
  }

  @Test
  void aDayWithoutMidnightBeginsAtItsFirstMoment() {
    ZoneId santiago = ZoneId.of("America/Santiago"); // 2026-09-06 begins at 01:00
    Instant noon = Instant.parse("2026-09-06T15:00:00Z");
    assertThat(UsagePeriod.parse("day").start(noon, santiago))
        .isEqualTo(Instant.parse("2026-09-06T04:00:00Z"));
  }

  @Test
  void everyPeriodBeginsWhereTheOneBeforeItEnds() {
    for (String period : new String[] {"day", "week", "week wed", "month", "month 30"}) {
      UsagePeriod read = UsagePeriod.parse(period);
      Instant now = Instant.parse("2025-12-30T09:30:00Z");
      for (int i = 0; i < 800; i++) {
        Instant end = requireNonNull(read.end(now, BERLIN));
        assertThat(end).isAfter(now);
        assertThat(read.start(end, BERLIN)).isEqualTo(end);
        assertThat(read.start(end.minusMillis(1), BERLIN)).isEqualTo(read.start(now, BERLIN));
        now = end;
      }
    }
  }

  @Test
  void inAllNeverEnds() {
    UsagePeriod total = UsagePeriod.parse("total");
    assertThat(total.start(Instant.now(), BERLIN)).isEqualTo(Instant.EPOCH);
    assertThat(total.end(Instant.now(), BERLIN)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "year", "week 1", "month 0", "month 32", "month mon", "day 1", "total 2"})
  void whatIsNoPeriodIsRejectedWithAdvice(String text) {
    assertThatThrownBy(() -> UsagePeriod.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no period; write day, week, week sun, month, month 15");
  }
}
