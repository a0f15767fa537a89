package dev.argyle.server.manage.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.telemetry.Counter;
import dev.argyle.wire.Source;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who may listen, who is dropped, and the thread that looks. */
@Tag("unit")
class EventHubTest extends HubCase {

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
    try (EventHub real = new EventHub(telemetry, new Users(() -> 3, () -> 0), 1_024)) {
      Client first = new Client();
      assertThat(real.listen(HERE, null, true, first)).isNotNull();
      Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> first.taken().size() > 0);
      Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> first.taken().size() > 0);
      Client second = new Client();
      assertThat(real.listen(HERE, null, true, second)).isNotNull();
      assertThat(second.taken()).as("the newest totals, without a wait").isNotEmpty();
    }
  }
}
