package dev.argyle.server.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.EndedConnection;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.server.telemetry.Journal;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.wire.UserName;
import dev.argyle.wire.socks.Command;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Open connections, the journal, and who has how many. */
@Tag("unit")
class ConnectionListsTest extends ManagedServerCase {

  private final List<EndReason> asked = new ArrayList<>();

  private static final UserName ANA = UserName.of("ana");
  private static final UserName FOREIGN = UserName.of(new byte[] {(byte) 0xFF});

  /** Of ana, of a user whose name is no text, and of nobody, in turn. */
  private List<LiveConnection> open(int count) {
    List<LiveConnection> opened = new ArrayList<>();
    String[] users = {ANA.text(), FOREIGN.text(), null};
    for (int i = 0; i < count; i++) {
      LiveConnection connection =
          server
              .telemetry
              .connections()
              .open(InetAddress.getLoopbackAddress(), 4711, 1_000 + i, asked::add);
      String user = users[i % users.length];
      if (user != null) {
        connection.authenticated(user);
      }
      opened.add(connection);
    }
    return opened;
  }

  private static List<Long> ids(List<ConnectionEntry> entries) {
    return entries.stream().map(ConnectionEntry::id).toList();
  }

  private static List<Long> ended(Journal.Page page) {
    return page.connections().stream().map(EndedConnection::id).toList();
  }

  @Test
  void openConnectionsComeInPagesAscendingAndOfOneUser() {
    open(6);
    assertThat(ids(control.connections(ADMINISTRATOR, 0, 100, null)))
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    assertThat(ids(control.connections(ADMINISTRATOR, 2, 2, null))).containsExactly(3L, 4L);
    assertThat(ids(control.connections(ADMINISTRATOR, 0, 100, ANA))).containsExactly(1L, 4L);
    assertThat(ids(control.connections(ADMINISTRATOR, 1, 1, FOREIGN))).containsExactly(2L);
    assertThat(control.connections(ADMINISTRATOR, 0, 100, UserName.of("nobody"))).isEmpty();
    assertThat(control.connections(ADMINISTRATOR, -1, 100, null))
        .as("unsigned: beyond every number")
        .isEmpty();
    assertThat(control.connections(ADMINISTRATOR, 0, 0, null)).isEmpty();
    assertThat(control.connectionsOf(ADMINISTRATOR, ANA)).hasValue(2);
    assertThat(control.connectionsOf(ADMINISTRATOR, FOREIGN)).as("no account").hasValue(2);
    assertThat(control.connectionsOf(ADMINISTRATOR, UserName.of("admin"))).hasValue(0);
    assertThat(control.connectionsOf(ADMINISTRATOR, UserName.of("nobody"))).isEmpty();
    assertThat(control.usersConnected(ADMINISTRATOR)).isEqualTo(2);
  }

  @Test
  void connectionIsShownAsFarAsItHasCome() {
    LiveConnection connection = open(2).get(1);
    assertThat(control.connections(ADMINISTRATOR, 1, 1, null))
        .containsExactly(
            new ConnectionEntry(
                2,
                1_001,
                0,
                0,
                0,
                ConnectionEntry.NONE,
                0,
                FOREIGN,
                connection.client(),
                4711,
                null,
                0,
                null,
                null,
                connection.idleNanos(System.nanoTime()) / 1_000_000_000));
    connection.requested(Command.UDP, "host", 53);
    connection.replied(0);
    connection.addUp(3);
    connection.addDown(4);
    server.telemetry.ended(connection, Ending.of(EndReason.DONE), 5_000);
    assertThat(control.endedAfter(ADMINISTRATOR, 0, 10))
        .containsExactly(
            new ConnectionEntry(
                2,
                1_001,
                5_000,
                3,
                4,
                0,
                3,
                FOREIGN,
                connection.client(),
                4711,
                "host",
                53,
                null,
                null,
                0));
    assertThat(ids(control.connections(ADMINISTRATOR, 0, 10, null))).containsExactly(1L);
  }

  @Test
  void endedOnesComeAscendingByNumberAndTheHistoryNewestFirst() {
    List<LiveConnection> opened = open(5);
    for (int i : new int[] {4, 0, 2}) {
      server.telemetry.ended(opened.get(i), Ending.of(EndReason.DONE), 9_000);
    }
    assertThat(ids(control.endedAfter(ADMINISTRATOR, 0, 10))).containsExactly(1L, 3L, 5L);
    assertThat(ids(control.endedAfter(ADMINISTRATOR, 1, 1))).containsExactly(3L);
    assertThat(control.endedAfter(ADMINISTRATOR, 5, 10)).isEmpty();
    assertThat(control.endedAfter(ADMINISTRATOR, -1, 10)).isEmpty();
    Journal.Page newest = control.history(ADMINISTRATOR, Journal.NEWEST, 2);
    assertThat(ended(newest)).containsExactly(3L, 1L);
    Journal.Page older = control.history(ADMINISTRATOR, newest.older(), 2);
    assertThat(ended(older)).containsExactly(5L);
    assertThat(older.older()).as("nothing follows").isZero();
  }

  @Test
  void killAsksTheOwnerOnceAndKnowsWhatIsNotThere() {
    long id = open(1).getFirst().id();
    assertThat(control.kill(ADMINISTRATOR, id)).isEqualTo(new Result.Done());
    assertThat(asked).containsExactly(EndReason.KILLED);
    assertThat(control.kill(ADMINISTRATOR, id + 1)).isEqualTo(new Result.NoSuchConnection());
    assertThat(control.kill(ADMINISTRATOR, -1)).isEqualTo(new Result.NoSuchConnection());
  }

  @Test
  void mostOpenIsTheHighWaterMark() {
    List<LiveConnection> opened = open(3);
    opened.forEach(each -> server.telemetry.ended(each, Ending.of(EndReason.DONE), 9_000));
    open(1);
    assertThat(control.metrics(ADMINISTRATOR))
        .extracting(Metrics::open, Metrics::mostOpen)
        .containsExactly(1L, 3L);
  }
}
