package dev.argyle.server.telemetry;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.wire.RuleRef;
import dev.argyle.wire.socks.Command;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("property")
@net.jqwik.api.Tag("property")
class ConnectionTableTest {
  private static final InetAddress CLIENT = InetAddress.getLoopbackAddress();

  private final ConnectionTable table = new ConnectionTable();

  private LiveConnection open() {
    return table.open(CLIENT, 40000, 0, reason -> {});
  }

  @Test
  void numbersAscendFromOne() {
    assertThat(open().id()).isEqualTo(1);
    assertThat(open().id()).isEqualTo(2);
  }

  @Test
  void pagesAscendAndBeginBehindTheCursor() {
    for (int i = 0; i < 200; i++) {
      open();
    }
    assertThat(table.page(0, 3)).extracting(LiveConnection::id).containsExactly(1L, 2L, 3L);
    assertThat(table.page(3, 2)).extracting(LiveConnection::id).containsExactly(4L, 5L);
    assertThat(table.page(198, 9)).extracting(LiveConnection::id).containsExactly(199L, 200L);
    assertThat(table.page(200, 1)).isEmpty();
  }

  @Test
  void aPageWalksNoMoreConnectionsThanItNeeds() {
    for (int i = 0; i < 200; i++) {
      open();
    }
    List<Long> walked = new ArrayList<>();
    table.page(150, 2, connection -> walked.add(connection.id()));
    assertThat(walked).containsExactly(151L, 152L);
  }

  @Test
  void aWalkMeetsAllByNumber() {
    open();
    open();
    List<Long> walked = new ArrayList<>();
    table.forEach(connection -> walked.add(connection.id()));
    assertThat(walked).containsExactly(1L, 2L);
  }

  @Test
  void usersAreCountedByTheirOpenConnections() {
    LiveConnection first = open();
    first.authenticated("ana");
    open().authenticated("ana");
    open().authenticated("bob");
    open();
    assertThat(table.users()).containsExactly("ana", "bob");
    assertThat(table.countOf("ana")).isEqualTo(2);
    table.close(first);
    assertThat(table.countOf("ana")).isEqualTo(1);
    assertThat(table.countOf("eve")).isZero();
    assertThat(table.of("bob")).extracting(LiveConnection::id).containsExactly(3L);
  }

  @Test
  void aConnectionIsClosedOnce() {
    LiveConnection connection = open();
    assertThat(table.close(connection)).isTrue();
    assertThat(table.close(connection)).isFalse();
    assertThat(table.concurrency().current()).isZero();
    assertThat(table.concurrency().highest()).isEqualTo(1);
  }

  @Test
  void numbersThatNeverWereAreNotFound() {
    open();
    assertThat(table.find(0)).isNull();
    assertThat(table.find(-1)).isNull();
    assertThat(table.find(2)).isNull();
    assertThat(table.find(65)).isNull();
    assertThat(table.find(Long.MAX_VALUE)).isNull();
  }

  /** Held against a sorted map: 0 opens one, any other number closes an open one. */
  @Property(tries = 300)
  void behavesAsASortedMap(
      @ForAll @Size(max = 3000) List<@IntRange(max = 5) Integer> steps,
      @ForAll @IntRange(min = 1, max = 3) int closing) {
    ConnectionTable tested = new ConnectionTable();
    TreeMap<Long, LiveConnection> model = new TreeMap<>();
    int highest = 0;
    for (int step : steps) {
      if (step >= closing || model.isEmpty()) {
        LiveConnection opened = tested.open(CLIENT, 1, 0, reason -> {});
        model.put(opened.id(), opened);
      } else {
        Long victim = model.ceilingKey(model.firstKey() + step * 7L);
        LiveConnection closed =
            requireNonNull(model.remove(victim == null ? model.firstKey() : victim));
        assertThat(tested.close(closed)).isTrue();
        assertThat(tested.find(closed.id())).isNull();
      }
      highest = Math.max(highest, model.size());
    }
    assertThat(tested.page(0, Integer.MAX_VALUE)).containsExactlyElementsOf(model.values());
    assertThat(model.values()).allSatisfy(c -> assertThat(tested.find(c.id())).isSameAs(c));
    assertThat(tested.concurrency().current()).isEqualTo(model.size());
    assertThat(tested.concurrency().highest()).isEqualTo(highest);
  }

  @Test
  void loopsOpenAndCloseWhileOthersRead() throws InterruptedException {
    AtomicInteger kept = new AtomicInteger();
    List<Thread> loops = new ArrayList<>();
    for (int loop = 0; loop < 3; loop++) {
      loops.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 0; i < 20_000; i++) {
                      LiveConnection connection = open();
                      if (i % 100 != 0) {
                        table.close(connection);
                      } else {
                        kept.incrementAndGet();
                      }
                    }
                  }));
    }
    while (loops.stream().anyMatch(Thread::isAlive)) {
      List<LiveConnection> page = table.page(0, 50);
      assertThat(page).isSortedAccordingTo((a, b) -> Long.compare(a.id(), b.id()));
    }
    for (Thread loop : loops) {
      loop.join();
    }
    assertThat(table.page(0, Integer.MAX_VALUE)).hasSize(kept.get());
    assertThat(table.concurrency().current()).isEqualTo(kept.get());
    assertThat(table.concurrency().highest()).isBetween(kept.get(), kept.get() + 3);
  }

  @Test
  void aWishToEndIsNotLostWhenTheOwnerChanges() {
    List<String> heard = new ArrayList<>();
    LiveConnection connection = table.open(CLIENT, 1, 0, reason -> heard.add("first " + reason));
    connection.askToEnd(EndReason.KILLED);
    connection.handTo(reason -> heard.add("second " + reason));
    assertThat(heard).containsExactly("first KILLED", "second KILLED");
  }

  @Test
  void idleTimeIsFromTheLastPayloadOrFromTheAcceptAndNeverNegative() {
    LiveConnection never = table.open(CLIENT, 1, 0, 1_000, reason -> {});
    assertThat(never.idleNanos(1_500)).isEqualTo(500);
    LiveConnection active =
        table.open(
            CLIENT,
            1,
            0,
            1_000,
            new LiveConnection.Owner() {
              @Override
              public void end(EndReason reason) {}

              @Override
              public long lastActiveNanos(long startNanos) {
                return startNanos + 300;
              }
            });
    assertThat(active.idleNanos(1_500)).isEqualTo(200);
    assertThat(active.idleNanos(1_200)).as("it has just passed").isZero();
  }

  @Test
  void ruleThatDecidedIsToldWhileOpenAndAfterTheEnd() {
    LiveConnection connection = table.open(CLIENT, 1, 0, reason -> {});
    assertThat(connection.rule()).isNull();
    RuleRef rule = new RuleRef(3, "rule 3 (argyle.yaml:21)");
    connection.decided(rule);
    assertThat(connection.rule()).isSameAs(rule);
    assertThat(connection.ended(Ending.of(EndReason.DONE), 1, 1).rule()).isEqualTo(rule);
  }

  @Test
  void aHandOverWithoutAWishEndsNothing() {
    List<String> heard = new ArrayList<>();
    LiveConnection connection = table.open(CLIENT, 1, 0, reason -> heard.add("first " + reason));
    connection.handTo(reason -> heard.add("second " + reason));
    assertThat(heard).isEmpty();
    connection.askToEnd(EndReason.USER_REMOVED);
    assertThat(heard).containsExactly("second USER_REMOVED");
  }

  @Test
  void anEndIsToldOnceAndLoggedOnlyIfThereWasARequest() {
    Journal journal = new Journal(4);
    Telemetry telemetry =
        new Telemetry(
            new Counters(),
            table,
            journal,
            new MalformedHandshakes(),
            AccessLog.none(),
            SecurityLog.none(),
            new ArrayList<>());
    List<EndedConnection> told = new ArrayList<>();
    telemetry.onEnd((_, ended) -> told.add(ended));
    LiveConnection connection = table.open(CLIENT, 40000, 1_000, reason -> {});
    assertThat(connection.destination()).isNull();
    connection.authenticated("ana");
    connection.requested(Command.CONNECT, "example.com", 443);
    connection.replied(0);
    connection.addUp(3);
    connection.addUp(4);
    connection.addDown(5);
    assertThat(telemetry.ended(connection, Ending.of(EndReason.DONE), 3_500)).isTrue();
    assertThat(telemetry.ended(connection, Ending.of(EndReason.BUG), 9_000)).isFalse();
    EndedConnection expected =
        new EndedConnection(
            1,
            1_000,
            3_500,
            CLIENT,
            40000,
            "ana",
            Command.CONNECT,
            "example.com",
            443,
            0,
            7,
            5,
            Ending.of(EndReason.DONE),
            null,
            null);
    assertThat(journal.page(Journal.NEWEST, 9).connections()).containsExactly(expected);
    assertThat(told).containsExactly(expected);
    assertThat(expected.durationMillis()).isEqualTo(2_500);
  }

  @Test
  void aClockSetBackMakesNoNegativeDuration() {
    LiveConnection connection = table.open(CLIENT, 40000, 5_000, reason -> {});
    EndedConnection ended =
        connection.ended(Ending.of(EndReason.DONE), 4_000, TimeUnit.SECONDS.toNanos(5));
    assertThat(ended.durationMillis()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {-2, -1, 0, 1, 2})
  void anEndedConnectionHasTheStartThatItsOpenOneHad(long apart) { // the clocks' roundings
    LiveConnection connection = table.open(CLIENT, 40000, 5_000, 0, reason -> {});
    EndedConnection ended =
        connection.ended(
            Ending.of(EndReason.DONE), 5_250 + apart, TimeUnit.MILLISECONDS.toNanos(250));
    assertThat(ended.startMillis()).isEqualTo(connection.startMillis());
    assertThat(ended.durationMillis()).isEqualTo(250);
  }

  @ParameterizedTest
  @ValueSource(longs = {-3_600_000, 3_600_000})
  void aClockThatJumpsDoesNotChangeHowLongAConnectionLasted(long jumpMillis) {
    long begunNanos = Long.MAX_VALUE - 5; // as System.nanoTime may, it goes beyond
    LiveConnection connection = table.open(CLIENT, 40000, 5_000_000, begunNanos, reason -> {});
    EndedConnection ended =
        connection.ended(
            Ending.of(EndReason.DONE),
            5_000_250 + jumpMillis,
            begunNanos + TimeUnit.MILLISECONDS.toNanos(250));
    assertThat(ended.durationMillis()).isEqualTo(250);
    assertThat(ended.endMillis()).isEqualTo(5_000_250 + jumpMillis);
  }

  @Test
  void anIdleConnectionsRecordStaysSmall() {
    int octets = 8; // the header (the launcher says UseCompactObjectHeaders), references compressed
    for (Field field : LiveConnection.class.getDeclaredFields()) {
      if (!Modifier.isStatic(field.getModifiers())) {
        octets += octets(field.getType());
      }
    }
    assertThat(octets).isLessThanOrEqualTo(80);
  }

  private static int octets(Class<?> type) {
    if (type == byte.class) {
      return Byte.BYTES;
    }
    if (type == char.class) {
      return Character.BYTES;
    }
    return type == long.class ? Long.BYTES : Integer.BYTES;
  }
}
