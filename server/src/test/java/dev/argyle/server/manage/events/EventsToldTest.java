package dev.argyle.server.manage.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.wire.socks.Command;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is told of connections and totals. */
@Tag("unit")
class EventsToldTest extends HubCase {

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
    assertThat(messages).extracting(HubCase::id).isSorted().doesNotHaveDuplicates();
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
  void accountsThatCannotBeReadCostNothingButTheirNumber() {
    EventHub failing =
        new EventHub(
            telemetry,
            new Users(
                () -> {
                  throw new IllegalStateException("the database is locked");
                },
                () -> 0),
            1_024,
            _ -> new Thread(() -> {}));
    Client client = new Client();
    assertThat(failing.listen(HERE, null, true, client)).isNotNull();
    failing.begin(START, 0);
    assertThat(taken(client)).hasSize(1).first().asString().contains("\"users\":0,");
  }
}
