package dev.argyle.server.manage.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.wire.UserName;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Clients that come back, and messages that do not hold all there is to tell. */
@Tag("unit")
class EventBoundsTest extends HubCase {

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
        .noneMatch(HubCase::isGap);
    turn();
    for (long lost : new long[] {old, 5, Long.MAX_VALUE}) {
      List<String> told = taken(listen(lost, true));
      assertThat(told).hasSize(2);
      assertThat(told.getFirst()).matches("id: \\d+\nevent: gap\ndata: \\{}\n\n");
      assertThat(told.getLast()).contains("event: totals\n");
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
    assertThat(taken(listen(seen, true))).hasSize(2).first().matches(HubCase::isGap);
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
}
