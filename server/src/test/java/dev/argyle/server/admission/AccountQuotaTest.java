package dev.argyle.server.admission;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.Attributes;
import dev.argyle.server.config.OwnAttributes;
import dev.argyle.server.config.UsagePeriod;
import dev.argyle.server.telemetry.AccountUsage;
import dev.argyle.server.telemetry.AccountUsage.Used;
import dev.argyle.server.telemetry.ConnectionTable;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.server.telemetry.LiveConnection;
import java.net.InetAddress;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the quota of an account is measured by, and when it begins anew. */
@Tag("unit")
class AccountQuotaTest {

  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final Instant SATURDAY = Instant.parse("2026-03-28T11:00:00Z");

  private final AtomicReference<Instant> clock = new AtomicReference<>(SATURDAY);
  private final AtomicLong nanos = new AtomicLong(7);
  private final AccountUses uses = new AccountUses(nanos::get, BERLIN);
  private final ConnectionTable table = new ConnectionTable();
  private @Nullable AccountUsage usage;

  private static OwnAttributes own(String... attributes) {
    OwnAttributes own = OwnAttributes.NONE;
    for (String attribute : attributes) {
      int equals = attribute.indexOf('=');
      own = own.with(attribute.substring(0, equals), attribute.substring(equals + 1));
    }
    return own;
  }

  @BeforeEach
  void countUsage() {
    stored(Used.NOTHING, "week");
    uses.countedBy(name -> name.equals("ana") ? usage : null, BERLIN);
  }

  private void stored(Used stored, String period) {
    usage = new AccountUsage(1, stored, 0, UsagePeriod.parse(period), clock::get, BERLIN, _ -> {});
  }

  private AccountUse use(String... attributes) {
    return requireNonNull(uses.join("ana", own(attributes)));
  }

  private static @Nullable EndReason closed(AccountUse use, Instant at) {
    Ending why = use.closedAt(at.toEpochMilli());
    return why == null ? null : why.reason();
  }

  /** A connection of ana that has moved so much and was counted. */
  private void passed(long up, long down) {
    LiveConnection live =
        table.open(InetAddress.getLoopbackAddress(), 1, SATURDAY.toEpochMilli(), _ -> {});
    live.authenticated("ana", 1, usage);
    live.addUp(up);
    live.addDown(down);
    live.count((_, _, _, _) -> {});
  }

  @Test
  void whatTheStoreKnowsIsUsedAlready() {
    passed(300, 800);
    AccountUse use = use("quota.octets=1KiB", "quota.period=week");
    assertThat(closed(use, SATURDAY)).isEqualTo(EndReason.ACCOUNT_QUOTA);
    assertThat(requireNonNull(use.closedAt(SATURDAY.toEpochMilli())).detail())
        .isEqualTo("quota.octets=1KiB of week");
    assertThat(use.rates().used()).isEqualTo(1100);
  }

  @Test
  void onlyTheDirectionsThatCountAreUsed() {
    passed(300, 800);
    AccountUse use = use("quota.octets=1KiB", "quota.period=week", "quota.counts=down");
    assertThat(use.rates().used()).isEqualTo(800);
    assertThat(closed(use, SATURDAY)).isNull();
    uses.changed("ana", own("quota.octets=1KiB", "quota.period=week", "quota.counts=both"), true);
    assertThat(closed(use, SATURDAY)).isEqualTo(EndReason.ACCOUNT_QUOTA);
  }

  @Test
  void aQuotaThatIsRaisedHoldsAtOnce() {
    passed(300, 800);
    AccountUse use = use("quota.octets=1KiB", "quota.period=week");
    uses.changed("ana", own("quota.octets=2KiB", "quota.period=week"), true);
    assertThat(closed(use, SATURDAY)).isNull();
    assertThat(use.rates().used()).isEqualTo(1100);
    uses.plans(Map.of("small", Attributes.NONE.with("quota.octets", "1KiB")));
    uses.changed("ana", own("plan=small", "quota.period=week"), true);
    assertThat(closed(use, SATURDAY)).isEqualTo(EndReason.ACCOUNT_QUOTA);
  }

  @Test
  void aSpentQuotaThatGoesOnAtARateEndsNothing() {
    passed(300, 800);
    AccountUse use = use("quota.octets=1KiB", "quota.period=week", "quota.then=64KiB");
    assertThat(use.rates().isSpent()).isTrue();
    assertThat(closed(use, SATURDAY)).isNull();
  }

  @Test
  void atMidnightOfTheOperatorItBeginsAnewAlsoAsTheClockIsPutForward() {
    passed(0, 4096);
    AccountUse use = use("quota.octets=1KiB", "quota.period=day");
    passed(0, 4096); // as its period is another one now
    uses.changed("ana", own("quota.octets=1KiB", "quota.period=day"), true);
    use.rates().used(4096);
    Instant sunday = Instant.parse("2026-03-28T23:00:00Z"); // 00:00 by the clock of Berlin
    Instant before = sunday.minusMillis(1);
    clock.set(before);
    assertThat(closed(use, before)).isEqualTo(EndReason.ACCOUNT_QUOTA);
    clock.set(sunday);
    assertThat(closed(use, sunday)).isNull();
    assertThat(use.rates().used()).isZero();
    use.rates().used(4096);
    Instant monday = Instant.parse("2026-03-29T22:00:00Z"); // after 23 hours
    before = monday.minusMillis(1);
    clock.set(before);
    assertThat(closed(use, before)).isEqualTo(EndReason.ACCOUNT_QUOTA);
    clock.set(monday);
    assertThat(closed(use, monday)).isNull();
  }

  @Test
  void whoWasResetGoesOnAtOnce() {
    passed(0, 4096);
    AccountUse use = use("quota.octets=1KiB", "quota.period=week");
    assertThat(closed(use, SATURDAY)).isEqualTo(EndReason.ACCOUNT_QUOTA);
    requireNonNull(usage).reset(1);
    assertThat(closed(use, SATURDAY)).isNull();
  }

  @Test
  void anotherAccountOfTheNameHasItsOwnUsage() {
    passed(0, 4096);
    AccountUse use = use("quota.octets=1KiB", "quota.period=week");
    stored(Used.NOTHING, "week"); // it was removed, and added
    uses.changed("ana", own("quota.octets=1KiB", "quota.period=week"), true);
    assertThat(closed(use, SATURDAY)).isNull();
  }

  @Test
  void itIsNotForgottenBeforeItsLastConnectionIsCounted() {
    AccountUse use = use("quota.octets=1MiB", "quota.period=week");
    use.rates().used(1000);
    uses.leave(use);
    assertThat(use("quota.octets=1MiB", "quota.period=week")).isSameAs(use);
    assertThat(use.rates().used()).isEqualTo(1000);
  }

  @Test
  void withoutAPlaceInTheStoreItHoldsAsLongAsItIsInUse() {
    AccountUse use = requireNonNull(uses.join("ben", own("quota.octets=1KiB")));
    use.rates().used(1024);
    assertThat(closed(use, SATURDAY)).isEqualTo(EndReason.ACCOUNT_QUOTA);
  }
}
