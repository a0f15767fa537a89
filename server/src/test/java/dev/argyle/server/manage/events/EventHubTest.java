package dev.argyle.server.manage.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.telemetry.AccessLog;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.server.telemetry.SecurityLog;
import dev.argyle.server.telemetry.Telemetry;
import dev.argyle.wire.Source;
import dev.argyle.wire.UserName;
import dev.argyle.wire.socks.Command;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The hub without a transport; its looks are made by the test, on a clock of its own. */
@Tag("unit")
class EventHubTest {

  private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.7");
  private static final Source HERE = Source.of(InetAddress.ofLiteral("127.0.0.1"));
  private static final long START = 1_700_000_000_000L;

  private final Counters counters = new Counters();
  private final Telemetry telemetry = new Telemetry(counters, AccessLog.none(), SecurityLog.none());
  private final AtomicInteger started = new AtomicInteger();
  private final EventHub hub =
      new EventHub(
          telemetry,
          () -> 3,
          1_024,
          _ -> new Thread(started::incrementAndGet)); // the test makes the looks
  private long now;

  private LiveConnection open() {
    return telemetry.connections().open(CLIENT, 40000, START + now, _ -> {});
  }

  private static LiveConnection asking(LiveConnection connection, String user, String host) {
    connection.authenticated(user);
    connection.requested(Command.CONNECT, host, 443);
    connection.replied(0);
    return connection;
  }

  private void end(LiveConnection connection) {
    assertThat(
            telemetry.ended(
                connection,
                new Ending(EndReason.KILLED, "by \"admin\""),
                START + now,
                TimeUnit.MILLISECONDS.toNanos(START + now)))
        .isTrue();
  }

  /** A client that reads when the test says so. */
  static final class Client implements Sink {
    private final List<byte[]> sent = new ArrayList<>();
    private boolean reads = true;
    private boolean takes = true;
    private boolean open = true;

    @Override
    public synchronized boolean offer(byte[] octets) {
      if (open && takes) {
        sent.add(octets);
      }
      return open && takes;
    }

    @Override
    public int waitingOctets() {
      return reads ? 0 : 1;
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    @Override
    public void close() {
      open = false;
    }

    @Override
    public synchronized void close(byte[] last) {
      sent.add(last);
      open = false;
    }

    synchronized List<byte[]> taken() {
      List<byte[]> taken = List.copyOf(sent);
      sent.clear();
      return taken;
    }
  }

  private Client listen(@Nullable Long lastSeen, boolean connections) {
    Client client = new Client();
    assertThat(hub.listen(HERE, lastSeen, connections, client))
        .isInstanceOf(EventHub.Answer.Accepted.class);
    return client;
  }

  private void begin() {
    hub.begin(START + now, TimeUnit.MILLISECONDS.toNanos(now));
  }

  private void turn() {
    now += 1_000;
    hub.turn(START + now, TimeUnit.MILLISECONDS.toNanos(now));
  }

  private static List<String> taken(Client client) {
    return client.taken().stream().map(one -> new String(one, StandardCharsets.UTF_8)).toList();
  }

  private static List<String> named(String name, List<String> messages) {
    return messages.stream().filter(one -> one.contains("event: " + name + "\n")).toList();
  }

  /** The only message about connections. */
  private static String connections(Client listener) {
    List<String> found = named("connections", taken(listener));
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  private static long id(String message) {
    assertThat(message).startsWith("id: ");
    return Long.parseLong(message.substring(4, message.indexOf('\n')));
  }

  @Test
  void whatIsOpenAtFirstIsNotToldForListenersAskForTheList() {
    open();
    Client listener = listen(null, true);
    begin();
    turn();
    assertThat(taken(listener)).hasSize(2).allMatch(one -> one.contains("event: totals\n"));
  }

  @Test
  void aMessageIsOneEventWithANumberThatRises() {
    Client listener = listen(null, true);
    begin();
    asking(open(), "ana", "example.com");
    turn();
    List<String> messages = taken(listener);
    assertThat(messages).hasSize(3);
    assertThat(messages)
        .allMatch(one -> one.endsWith("}\n\n") && one.indexOf("\n\n") == one.length() - 2);
    assertThat(messages).extracting(EventHubTest::id).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void aConnectionIsToldWhenItOpensWhenItMovesAndWhenItEnds() {
    Client listener = listen(null, true);
    begin();
    LiveConnection one = asking(open(), "ana", "example.com");
    turn();
    assertThat(connections(listener))
        .contains(
            "\"opened\":[{\"id\":1,\"user\":\"ana\",\"client\":\"192.0.2.7\",\"clientPort\":40000,"
                + "\"command\":\"CONNECT\",\"destination\":\"example.com\",\"destinationPort\":443,"
                + "\"reply\":0,",
            "\"startedAt\":\"2023-11-14T22:13:20.000Z\"",
            "\"moved\":[]",
            "\"ended\":[]");
    one.addUp(10);
    one.addDown(2_000);
    turn();
    assertThat(connections(listener))
        .contains("\"opened\":[]", "\"moved\":[[1,10,2000,", "\"ended\":[]");
    turn();
    assertThat(named("connections", taken(listener))).as("nothing has changed").isEmpty();
    one.addDown(1);
    end(one);
    turn();
    assertThat(connections(listener))
        .contains(
            "\"ended\":[{\"id\":1,",
            "\"octetsDown\":2001,",
            "\"reason\":\"killed\",\"detail\":\"by \\\"admin\\\"\",\"fault\":\"operator\"",
            "\"moved\":[]",
            "\"gone\":[]");
    turn();
    assertThat(named("connections", taken(listener))).as("an end is told once").isEmpty();
  }

  @Test
  void aConnectionIsToldAgainWhenItsUserItsRequestOrItsReplyIsKnown() {
    Client listener = listen(null, true);
    begin();
    LiveConnection one = open();
    turn();
    assertThat(connections(listener)).contains("\"opened\":[{\"id\":1,\"user\":null,");
    one.authenticated("ana");
    turn();
    assertThat(connections(listener)).contains("\"user\":\"ana\"", "\"destination\":null,");
    one.requested(Command.UDP, "0.0.0.0", 0);
    turn();
    assertThat(connections(listener)).contains("\"command\":\"UDP ASSOCIATE\"", "\"reply\":null");
    one.replied(5);
    turn();
    assertThat(connections(listener)).contains("\"reply\":5");
  }

  @Test
  void oneThatOpensAndEndsBetweenTwoLooksIsToldAtItsEnd() {
    Client listener = listen(null, true);
    begin();
    end(asking(open(), "ana", "example.com"));
    turn();
    assertThat(connections(listener)).contains("\"opened\":[]", "\"ended\":[{\"id\":1,");
  }

  @Test
  void whatEndedBeforeTheFirstLookIsNotTold() {
    LiveConnection before = open();
    open();
    assertThat(telemetry.ended(before, Ending.of(EndReason.DONE), START)).isTrue();
    Changes changes = new Changes(telemetry);
    changes.begin();
    LiveConnection third = open();
    LiveConnection fourth = open();
    end(third);
    changes.look();
    assertThat(changes.news()).extracting(Row::id).containsExactly(fourth.id());
    assertThat(changes.ended()).extracting(one -> one.id()).containsExactly(third.id());
  }

  @Test
  void totalsHaveRatesAndTheUsersThatMoveMost() {
    Client listener = listen(null, false);
    LiveConnection ana = asking(open(), "ana", "example.com");
    LiveConnection bob = asking(open(), "bob", "example.com");
    LiveConnection nobody = open();
    begin();
    assertThat(taken(listener)).hasSize(1).first().asString().contains("\"topUsers\":[]");
    ana.addUp(1_000);
    bob.addDown(5_000);
    nobody.addUp(1);
    counters.shared().add(Counter.OCTETS_UP, 1_001);
    counters.shared().add(Counter.OCTETS_DOWN, 5_000);
    counters.shared().add(Counter.CONNECTIONS_ACCEPTED, 3);
    counters.shared().add(Counter.AUTHENTICATION_FAILURES, 2);
    counters.shared().add(Counter.REFUSED_TOO_MANY, 1);
    turn();
    assertThat(taken(listener))
        .hasSize(1)
        .first()
        .asString()
        .contains(
            "\"at\":\"2023-11-14T22:13:21.000Z\"",
            "\"open\":3,\"mostOpen\":3,\"users\":3,\"usersConnected\":2,\"connections\":3,",
            "\"refused\":3,",
            "\"loopLagP99Micros\":0,",
            "\"descriptorLimit\":1024,",
            "\"authentication\":2,",
            "\"too-many\":1,",
            "\"rates\":{\"octetsUp\":1001,\"octetsDown\":5000,\"opened\":3.0}",
            "\"topUsers\":[{\"user\":\"bob\",\"octetsPerSecond\":5000},"
                + "{\"user\":\"ana\",\"octetsPerSecond\":1000},"
                + "{\"user\":null,\"octetsPerSecond\":1}]");
  }

  @Test
  void allListenersAreGivenTheSameOctets() {
    Client one = listen(null, true);
    Client other = listen(null, true);
    begin();
    assertThat(one.taken().getFirst()).isSameAs(other.taken().getFirst());
  }

  @Test
  void whoWantsNoConnectionsIsGivenTotalsAlone() {
    Client listener = listen(null, false);
    begin();
    open();
    turn();
    assertThat(taken(listener)).hasSize(2).allMatch(one -> one.contains("event: totals\n"));
  }

  @Test
  void whoComesBackIsGivenWhatWasMissed() {
    Client first = listen(null, true);
    begin();
    open();
    turn();
    List<String> seen = taken(first);
    open();
    turn();
    open();
    turn();
    List<String> rest = taken(first);
    Client back = listen(id(seen.getLast()), true);
    assertThat(taken(back)).isEqualTo(rest).hasSize(4);
    turn();
    assertThat(taken(back)).isEqualTo(taken(first));
  }

  @Test
  void whoComesBackTooLateOrFromAnotherServerIsToldOfTheGap() {
    Client first = listen(null, true);
    begin();
    long old = id(taken(first).getFirst());
    for (int i = 0; i < Window.MESSAGES_AT_MOST; i++) {
      turn();
      assertThat(taken(first)).isNotEmpty();
    }
    assertThat(taken(listen(old, true)))
        .as("the oldest but one was kept")
        .noneMatch(EventHubTest::isGap);
    turn();
    for (long lost : new long[] {old, 5, Long.MAX_VALUE}) {
      List<String> told = taken(listen(lost, true));
      assertThat(told).hasSize(2);
      assertThat(told.getFirst()).matches("id: \\d+\nevent: gap\ndata: \\{}\n\n");
      assertThat(told.getLast()).contains("event: totals\n");
    }
  }

  private static boolean isGap(String message) {
    return message.contains("event: gap\n");
  }

  @Test
  void aReaderThatDoesNotReadIsDroppedWithNoticeAndTheOthersGoOn() {
    Client slow = listen(null, true);
    Client quick = listen(null, true);
    begin();
    slow.reads = false;
    for (int i = 0; i < Listener.LATE_AT_MOST; i++) {
      turn();
    }
    assertThat(counters.sum(Counter.EVENT_LISTENERS_DROPPED)).isZero();
    turn();
    assertThat(counters.sum(Counter.EVENT_LISTENERS_DROPPED)).isEqualTo(1);
    assertThat(slow.open).isFalse();
    assertThat(taken(slow).getLast())
        .isEqualTo(
            "event: dropped\ndata: {\"reason\":\"this client did not read what it was sent; connect"
                + " again, and read at once\"}\n\n");
    turn();
    assertThat(taken(quick)).hasSize(Listener.LATE_AT_MOST + 3);
    assertThat(hub.listeners()).isEqualTo(1);
  }

  @Test
  void whoIsLateNowAndThenStays() {
    Client client = listen(null, true);
    begin();
    for (int i = 0; i < 5 * Listener.LATE_AT_MOST; i++) {
      client.reads = i % Listener.LATE_AT_MOST == 0;
      turn();
    }
    assertThat(counters.sum(Counter.EVENT_LISTENERS_DROPPED)).isZero();
  }

  @Test
  void whoCannotTakeAMessageIsDroppedAtOnce() {
    Client full = listen(null, true);
    begin();
    full.takes = false;
    turn();
    assertThat(taken(full).getLast()).contains("event: dropped\n");
    assertThat(counters.sum(Counter.EVENT_LISTENERS_DROPPED)).isEqualTo(1);
  }

  @Test
  void whoHasLeftIsForgottenAndNotCounted() {
    Client gone = listen(null, true);
    begin();
    gone.open = false;
    turn();
    assertThat(hub.listeners()).isZero();
    assertThat(counters.sum(Counter.EVENT_LISTENERS_DROPPED)).isZero();
  }

  @Test
  void listenersAreBoundedInAllAndForEachSource() {
    for (int i = 0; i < EventHub.LISTENERS_OF_A_SOURCE; i++) {
      listen(null, true);
    }
    Client refused = new Client();
    assertThat(hub.listen(HERE, null, true, refused))
        .isEqualTo(new EventHub.Answer.Refused("64 clients of this address listen already"));
    assertThat(taken(refused)).hasSize(1).first().asString().contains("event: dropped\n");
    for (int i = EventHub.LISTENERS_OF_A_SOURCE; i < EventHub.LISTENERS_AT_MOST; i++) {
      assertThat(hub.listen(new Source(false, i), null, true, new Client()))
          .isInstanceOf(EventHub.Answer.Accepted.class);
    }
    assertThat(hub.listen(new Source(false, 1), null, true, new Client()))
        .isEqualTo(new EventHub.Answer.Refused("1024 clients listen already"));
    assertThat(counters.sum(Counter.EVENT_LISTENERS_REFUSED)).isEqualTo(2);
  }

  @Test
  void aMessageIsBoundedAndWhatDidNotFitIsToldLater() {
    Client listener = listen(null, true);
    begin();
    String long255 = "\\".repeat(UserName.MAX_OCTETS); // each is four octets in the message
    int many = 2_000;
    for (int i = 0; i < many; i++) {
      asking(open(), long255, long255);
    }
    int told = 0;
    for (int looks = 0; looks < 20 && told < many; looks++) {
      turn();
      String message = connections(listener);
      assertThat(message.length()).isLessThan(Rendering.MESSAGE_OCTETS);
      told += message.split("\"id\":", -1).length - 1;
    }
    assertThat(told).as("each once").isEqualTo(many);
  }

  @Test
  void rowsThatMoveAndDoNotFitTakeTurns() {
    List<LiveConnection> all = new ArrayList<>();
    for (int i = 0; i < 60_000; i++) {
      all.add(open());
    }
    Client listener = listen(null, true);
    begin();
    boolean[] told = new boolean[all.size() + 1];
    for (int looks = 0; looks < 3; looks++) {
      all.forEach(one -> one.addDown(1_000_000_000));
      turn();
      String message = connections(listener);
      assertThat(message.length()).isLessThan(Rendering.MESSAGE_OCTETS + 200);
      String moved = message.substring(message.indexOf("\"moved\":[[") + 10);
      for (String row : moved.split("],\\[")) {
        told[Integer.parseInt(row.substring(0, row.indexOf(',')))] = true;
      }
    }
    for (LiveConnection one : all) {
      assertThat(told[(int) one.id()]).as("%d", one.id()).isTrue();
    }
  }

  @Test
  void endsThatTheJournalHasForgottenAreToldByNumber() {
    List<LiveConnection> known = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      known.add(open());
    }
    Client listener = listen(null, true);
    begin();
    known.forEach(this::end);
    for (int i = 0; i < 10_000; i++) { // as many as the journal has
      end(open());
    }
    turn();
    String first = connections(listener);
    assertThat(first).contains("\"gone\":[]").doesNotContain("\"untold\":0");
    turn();
    assertThat(connections(listener)).contains("\"gone\":[1,2,3]", "\"ended\":[]", "\"untold\":0");
  }

  @Test
  void accountsThatCannotBeReadCostNothingButTheirNumber() {
    EventHub failing =
        new EventHub(
            telemetry,
            () -> {
              throw new IllegalStateException("the database is locked");
            },
            1_024,
            _ -> new Thread(() -> {}));
    Client client = new Client();
    assertThat(failing.listen(HERE, null, true, client)).isNotNull();
    failing.begin(START, 0);
    assertThat(taken(client)).hasSize(1).first().asString().contains("\"users\":0,");
  }

  @Test
  void theThreadRunsOnlyWhileSomebodyListensAndClosingSendsAllAway() {
    assertThat(started).hasValue(0);
    Client client = listen(null, true);
    EventHub.Answer second = hub.listen(HERE, null, true, new Client());
    Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> started.get() == 1);
    ((EventHub.Answer.Accepted) second).listener().close();
    assertThat(hub.listeners()).isEqualTo(1);
    hub.close();
    assertThat(client.open).isFalse();
    assertThat(hub.listen(HERE, null, true, new Client()))
        .isEqualTo(new EventHub.Answer.Refused("the server is shutting down"));
  }

  @Test
  void itsOwnThreadTellsTotalsAtOnceAndEverySecond() {
    try (EventHub real = new EventHub(telemetry, () -> 3, 1_024)) {
      Client first = new Client();
      assertThat(real.listen(HERE, null, true, first)).isNotNull();
      Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> first.taken().size() > 0);
      Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> first.taken().size() > 0);
      Client second = new Client();
      assertThat(real.listen(HERE, null, true, second)).isNotNull();
      assertThat(second.taken()).as("the newest totals, without a wait").isNotEmpty();
    }
  }

  @Test
  void whoHasMissedMoreThanAMessageHasReadsTheListsAgain() {
    Client first = listen(null, true);
    begin();
    long seen = id(taken(first).getFirst());
    String long255 = "\\".repeat(UserName.MAX_OCTETS);
    for (int i = 0; i < 2_000; i++) {
      asking(open(), long255, long255);
    }
    for (int i = 0; i < 5; i++) {
      turn();
    }
    assertThat(taken(listen(seen, true))).hasSize(2).first().matches(EventHubTest::isGap);
  }
}
