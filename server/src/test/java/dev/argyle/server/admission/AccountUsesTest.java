package dev.argyle.server.admission;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.admission.AccountUse.Kind;
import dev.argyle.server.config.Attributes;
import dev.argyle.server.config.OwnAttributes;
import dev.argyle.server.telemetry.ConnectionTable;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.server.telemetry.LiveConnection;
import java.net.InetAddress;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class AccountUsesTest {

  private static final long NOON = Instant.parse("2026-11-30T12:00:00Z").toEpochMilli(); // a Monday
  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000); // it wraps soon
  private final AccountUses uses = new AccountUses(nanos::get, ZoneId.of("UTC"));
  private final ConnectionTable table = new ConnectionTable();
  private final Map<LiveConnection, List<EndReason>> ends = new HashMap<>();

  private static OwnAttributes own(String... attributes) {
    OwnAttributes own = OwnAttributes.NONE;
    for (String attribute : attributes) {
      int equals = attribute.indexOf('=');
      own = own.with(attribute.substring(0, equals), attribute.substring(equals + 1));
    }
    return own;
  }

  private AccountUse use(String... attributes) {
    return requireNonNull(uses.join("ana", own(attributes)));
  }

  private LiveConnection from(String address) {
    List<EndReason> reasons = new ArrayList<>();
    LiveConnection live = table.open(InetAddress.ofLiteral(address), 4000, NOON, reasons::add);
    ends.put(live, reasons);
    return live;
  }

  private @Nullable Ending opens(AccountUse use, LiveConnection live, Kind kind) {
    return use.opens(live, kind, NOON, nanos.get());
  }

  private @Nullable Ending opens(AccountUse use, String address) {
    return opens(use, from(address), Kind.CONNECTION);
  }

  private static void refused(@Nullable Ending why, EndReason reason, String detail) {
    assertThat(why).isEqualTo(new Ending(reason, detail));
  }

  @Test
  void accountWithoutAttributesIsNotEvenCounted() {
    assertThat(uses.join("ana", OwnAttributes.NONE)).isNull();
    assertThat(uses.size()).isZero();
  }

  @Test
  void connectionsAndAssociationsAreCountedEachByItself() {
    AccountUse use = use("connections=2", "associations=1");
    LiveConnection first = from("192.0.2.1");
    assertThat(opens(use, first, Kind.CONNECTION)).isNull();
    assertThat(opens(use, "192.0.2.2")).isNull();
    refused(opens(use, "192.0.2.3"), EndReason.ACCOUNT_FULL, "connections=2");
    assertThat(opens(use, from("192.0.2.1"), Kind.ASSOCIATION)).isNull();
    refused(
        opens(use, from("192.0.2.1"), Kind.ASSOCIATION), EndReason.ACCOUNT_FULL, "associations=1");
    use.left(first);
    use.left(first);
    assertThat(opens(use, "192.0.2.3")).isNull();
    assertThat(opens(use, "192.0.2.4")).isNotNull();
  }

  @Test
  void addressesOfOneIpv6NetworkAreOne() {
    AccountUse use = use("addresses=2");
    assertThat(opens(use, "2001:db8::1")).isNull();
    assertThat(opens(use, "2001:db8::2")).isNull();
    assertThat(opens(use, "192.0.2.1")).isNull();
    assertThat(opens(use, "192.0.2.1")).isNull();
    refused(opens(use, "192.0.2.2"), EndReason.ACCOUNT_FULL, "addresses=2");
  }

  @Test
  void theOldestEndsWhereTheNewestIsToBeServed() {
    AccountUse use = use("connections=2", "when-full=end-oldest");
    LiveConnection first = from("192.0.2.1");
    LiveConnection second = from("192.0.2.1");
    LiveConnection third = from("192.0.2.1");
    opens(use, first, Kind.CONNECTION);
    opens(use, second, Kind.CONNECTION);
    assertThat(ends.get(first)).isEmpty();
    assertThat(opens(use, third, Kind.CONNECTION)).isNull();
    assertThat(ends.get(first)).containsExactly(EndReason.ACCOUNT_REPLACED);
    assertThat(ends.get(second)).isEmpty();
    use.left(first); // it says so itself, later
    use.set(
        own("connections=1", "when-full=end-oldest"),
        limits("connections", "1"),
        null,
        nanos.get());
    use.set(
        own("connections=1"),
        limits("connections", "1", "when-full", "end-oldest"),
        null,
        nanos.get());
    assertThat(ends.get(second)).containsExactly(EndReason.ACCOUNT_REPLACED);
    assertThat(ends.get(third)).isEmpty();
  }

  @Test
  void allOfTheOldestAddressEndsWhereAnotherOneComes() {
    AccountUse use = use("addresses=1", "when-full=end-oldest");
    LiveConnection one = from("192.0.2.1");
    LiveConnection two = from("192.0.2.1");
    LiveConnection other = from("192.0.2.2");
    opens(use, one, Kind.CONNECTION);
    opens(use, two, Kind.ASSOCIATION);
    assertThat(opens(use, other, Kind.CONNECTION)).isNull();
    assertThat(ends.get(one)).containsExactly(EndReason.ACCOUNT_REPLACED);
    assertThat(ends.get(two)).containsExactly(EndReason.ACCOUNT_REPLACED);
    assertThat(ends.get(other)).isEmpty();
  }

  private static Attributes limits(String... pairs) {
    Map<String, @Nullable String> values = new TreeMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      values.put(pairs[i], pairs[i + 1]);
    }
    return OwnAttributes.NONE.with(values).values();
  }

  @Test
  void opensHaveARateAndABurst() {
    AccountUse use = use("opens.rate=2", "opens.burst=3");
    for (int i = 0; i < 3; i++) {
      assertThat(opens(use, "192.0.2.1")).isNull();
    }
    refused(opens(use, "192.0.2.1"), EndReason.ACCOUNT_OPENS, "opens.rate=2");
    nanos.addAndGet(SECOND / 2);
    assertThat(opens(use, "192.0.2.1")).isNull();
    assertThat(opens(use, "192.0.2.1")).isNotNull();
    nanos.addAndGet(60 * SECOND);
    for (int i = 0; i < 3; i++) {
      assertThat(opens(use, "192.0.2.1")).isNull();
    }
    assertThat(opens(use, "192.0.2.1")).isNotNull();
  }

  @Test
  void whoeverConnectsAnewGetsNoOtherBurst() {
    AccountUse use = use("opens.rate=1", "opens.burst=1");
    assertThat(opens(use, "192.0.2.1")).isNull();
    uses.leave(use);
    assertThat(uses.size()).as("it is remembered").isEqualTo(1);
    AccountUse again = use("opens.rate=1", "opens.burst=1");
    assertThat(opens(again, "192.0.2.1")).isNotNull();
    uses.leave(again);
    nanos.addAndGet(SECOND);
    uses.leave(use("opens.rate=1", "opens.burst=1"));
    assertThat(uses.size()).as("it may be forgotten").isZero();
  }

  @Test
  void accountsThatMayBeForgottenGoAsOthersCome() {
    for (int i = 0; i < 100; i++) {
      AccountUse use = requireNonNull(uses.join("u" + i, own("opens.rate=1")));
      use.opens(from("192.0.2.1"), Kind.CONNECTION, NOON, nanos.get());
      uses.leave(use);
    }
    assertThat(uses.size()).isEqualTo(100);
    nanos.addAndGet(10 * SECOND);
    for (int i = 0; i < 120; i++) {
      uses.join("v" + i, own("opens.rate=1"));
    }
    assertThat(uses.size()).isEqualTo(120);
  }

  @Test
  void onlyFromItsNetworksAndUntilItExpiresAndInItsHours() {
    AccountUse use = use("from=192.0.2.0/24, 2001:db8::/32");
    assertThat(opens(use, "192.0.2.7")).isNull();
    assertThat(opens(use, "198.51.100.1"))
        .extracting(Ending::reason)
        .isEqualTo(EndReason.ACCOUNT_FROM);
    use = use("expires=2026-11-30T12:00:01Z");
    assertThat(use.closedAt(NOON + 999)).isNull();
    refused(use.closedAt(NOON + 1000), EndReason.ACCOUNT_EXPIRED, "expires=2026-11-30T12:00:01Z");
    use = use("hours=mon 08:00-12:01");
    assertThat(use.closedAt(NOON)).isNull();
    assertThat(use.closedAt(NOON + 60_000))
        .extracting(Ending::reason)
        .isEqualTo(EndReason.ACCOUNT_HOURS);
    use = use("hours=none");
    assertThat(use.closedAt(NOON + 60_000)).isNull();
  }

  @Test
  void aRefusedRequestTakesNoPlace() {
    AccountUse use = use("connections=1");
    LiveConnection first = from("192.0.2.1");
    opens(use, first, Kind.CONNECTION);
    LiveConnection second = from("192.0.2.1");
    assertThat(opens(use, second, Kind.CONNECTION)).isNotNull();
    use.left(second);
    assertThat(opens(use, "192.0.2.1")).isNotNull();
    use.left(first);
    assertThat(opens(use, "192.0.2.1")).isNull();
  }

  @Test
  void planThatIsReadAgainHoldsAtOnceForThoseWhoHaveIt() {
    uses.plans(Map.of("basic", limits("connections", "1")));
    AccountUse use = use("plan=basic", "addresses=9");
    opens(use, "192.0.2.1");
    assertThat(opens(use, "192.0.2.1")).isNotNull();
    uses.plans(Map.of("basic", limits("connections", "2", "rate.up", "1MiB")));
    assertThat(opens(use, "192.0.2.1")).isNull();
    assertThat(use.limits().texts())
        .isEqualTo(Map.of("connections", "2", "rate.up", "1MiB", "addresses", "9"));
    assertThat(use.rates().isUnlimited()).isFalse();
    uses.plans(Map.of());
    assertThat(use.limits().texts()).isEqualTo(Map.of("addresses", "9"));
    assertThat(use.rates().isUnlimited()).isTrue();
  }

  @Test
  void accountThatGetsLimitsWhileItIsOpenWaitsForItsConnections() {
    uses.changed("ana", own("connections=1"), false);
    assertThat(uses.find("ana")).as("nothing is open").isNull();
    uses.changed("ana", own("connections=1"), true);
    AccountUse use = requireNonNull(uses.find("ana"));
    uses.join("ben", own("connections=1"));
    assertThat(uses.find("ana")).as("it is not forgotten as others come").isSameAs(use);
    LiveConnection open = from("192.0.2.1");
    assertThat(uses.join("ana")).isSameAs(use);
    use.counts(open, Kind.CONNECTION);
    use.counts(open, Kind.CONNECTION);
    assertThat(opens(use, "192.0.2.1")).isNotNull();
  }

  @Test
  void theBoundHoldsExactlyFromManyThreads() throws Exception {
    AccountUse use = use("connections=50");
    AtomicInteger served = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(8);
    for (int i = 0; i < 8; i++) {
      List<LiveConnection> mine = new ArrayList<>();
      for (int k = 0; k < 100; k++) {
        mine.add(from("192.0.2." + k));
      }
      Thread.ofPlatform()
          .start(
              () -> {
                for (LiveConnection live : mine) {
                  if (opens(use, live, Kind.CONNECTION) == null) {
                    served.incrementAndGet();
                  }
                }
                done.countDown();
              });
    }
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(served).hasValue(50);
  }
}
