package dev.argyle.server.telemetry;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.UsagePeriod;
import dev.argyle.server.telemetry.AccountUsage.Unstored;
import dev.argyle.server.telemetry.AccountUsage.Used;
import java.net.InetAddress;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class AccountUsageTest {

  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final Instant NOON = Instant.parse("2026-10-24T10:00:00Z");
  private static final Instant MIDNIGHT = Instant.parse("2026-10-24T22:00:00Z"); // of the 25th

  private final AtomicReference<Instant> clock = new AtomicReference<>(NOON);
  private final List<AccountUsage> changed = new ArrayList<>();

  private AccountUsage usage(Used stored, String period) {
    return new AccountUsage(
        7, stored, 0, UsagePeriod.parse(period), clock::get, BERLIN, changed::add);
  }

  private AccountUsage usage() {
    return usage(Used.NOTHING, "day");
  }

  private static Unstored take(AccountUsage usage) {
    return requireNonNull(usage.unstored());
  }

  @Test
  void whatIsStoredIsForgottenAndWhatCameMeanwhileIsStoredNext() {
    AccountUsage usage = usage();
    usage.add(1, 10, 1);
    Unstored first = take(usage);
    usage.add(2, 20, 0);
    usage.stored(first, 0);
    Used next = take(usage).more();
    assertThat(List.of(next.up(), next.down(), next.connections())).containsExactly(2L, 20L, 0L);
    assertThat(List.of(next.periodUp(), next.periodDown())).containsExactly(2L, 20L);
    assertThat(usage.now().up()).isEqualTo(3);
  }

  @Test
  void whatCouldNotBeStoredIsStoredWithWhatCameSince() {
    AccountUsage usage = usage();
    usage.add(1, 10, 1);
    take(usage);
    usage.notStored();
    usage.add(2, 20, 0);
    assertThat(changed).hasSize(2); // once at the first change, and once as it failed
    assertThat(take(usage).more().up()).isEqualTo(3);
  }

  @Test
  void theLastAddressIsSpelledAsEverywhere() {
    AccountUsage usage = usage();
    usage.seen(InetAddress.ofLiteral("2001:db8::1"));
    assertThat(usage.now().address()).isEqualTo("2001:db8::1");
    assertThat(take(usage).more().address()).isEqualTo("2001:db8::1");
  }

  @Test
  void atItsEndThePeriodBeginsWithNothingAndTheSumGoesOn() {
    AccountUsage usage = usage();
    usage.add(1, 10, 1);
    int restarts = usage.restarts();
    clock.set(MIDNIGHT.minusMillis(1));
    usage.add(2, 20, 0);
    assertThat(usage.now().periodUp()).isEqualTo(3);
    clock.set(MIDNIGHT);
    assertThat(usage.lookAgain()).isEqualTo(restarts + 1);
    usage.add(4, 40, 0);
    Used now = usage.now();
    assertThat(now.up()).isEqualTo(7);
    assertThat(now.periodUp()).isEqualTo(4);
    assertThat(now.periodDown()).isEqualTo(40);
    assertThat(now.sinceMillis()).isEqualTo(MIDNIGHT.toEpochMilli());
    Used more = take(usage).more();
    assertThat(more.up()).isEqualTo(7);
    assertThat(more.periodUp()).isEqualTo(4);
    clock.set(MIDNIGHT.plusSeconds(25 * 3600 - 1)); // the clock is put back: a day of 25 hours
    assertThat(usage.now().periodUp()).isEqualTo(4);
    clock.set(MIDNIGHT.plusSeconds(25 * 3600));
    assertThat(usage.now().periodUp()).isZero();
  }

  @Test
  void whatWasOnItsWayToTheStoreAsThePeriodBeganAnewIsNotTakenFromTheNewOne() {
    AccountUsage usage = usage();
    usage.add(100, 0, 0);
    Unstored first = take(usage);
    usage.reset(1);
    usage.add(1, 0, 0);
    usage.stored(first, 1);
    Used next = take(usage).more();
    assertThat(next.up()).isEqualTo(1);
    assertThat(next.periodUp()).isEqualTo(1);
    assertThat(usage.now().up()).isEqualTo(101);
  }

  @Test
  void aResetThatTheStoreTellsFirstBeginsThePeriodOnce() {
    AccountUsage usage = usage();
    usage.add(100, 0, 0);
    Unstored first = take(usage);
    usage.stored(first, 1);
    assertThat(usage.now().periodUp()).isZero();
    usage.add(1, 0, 0);
    usage.reset(1); // by the log of changes, which is read later
    assertThat(usage.now().periodUp()).isEqualTo(1);
    assertThat(usage.now().up()).isEqualTo(101);
  }

  @Test
  void whatTheStoreHasOfAnEarlierPeriodIsNotUsedOfThisOne() {
    Used stored = new Used(5, 6, 7, "192.0.2.1", MIDNIGHT.toEpochMilli() - 48 * 3_600_000L, 3, 4);
    Used now = usage(stored, "day").now();
    assertThat(now.periodUp() + now.periodDown()).isZero();
    assertThat(now.up()).isEqualTo(5);
    long since = UsagePeriod.CALENDAR_MONTH.start(NOON, BERLIN).toEpochMilli();
    assertThat(usage(new Used(5, 6, 7, null, since, 3, 4), "month").now().periodDown())
        .isEqualTo(4);
  }

  @Test
  void anotherKindOfPeriodBeginsWithNothing() {
    AccountUsage usage = usage();
    usage.add(1, 0, 0);
    usage.period(UsagePeriod.parse("day"));
    assertThat(usage.now().periodUp()).isEqualTo(1);
    usage.period(UsagePeriod.parse("total"));
    assertThat(usage.now().periodUp()).isZero();
  }

  @Test
  void theLastAddressIsStoredAndNothingOfAnAccountThatIsGone() throws Exception {
    AccountUsage usage = usage();
    usage.seen(InetAddress.ofLiteral("192.0.2.1"));
    usage.seen(InetAddress.ofLiteral("192.0.2.2"));
    assertThat(take(usage).more().address()).isEqualTo("192.0.2.2");
    usage.close();
    usage.add(1, 1, 1);
    assertThat(changed).hasSize(1);
    assertThat(usage.unstored()).isNull();
  }
}
