package dev.argyle.server.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.argyle.server.telemetry.Door;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.wire.RuleRef;
import dev.argyle.wire.UserName;
import dev.argyle.wire.socks.Command;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class ConnectionControlTest {

  private static final Actor ADMINISTRATOR =
      new Actor("admin", Operation.Right.ADMINISTER, Door.HTTP, InetAddress.getLoopbackAddress());

  private static final UserName ANA = UserName.of("ana");

  @TempDir Path data;
  private final List<Long> killed = new ArrayList<>();
  private ManagedServer server;
  private ConnectionControl control;

  @BeforeEach
  void start() throws Exception {
    server = new ManagedServer(data);
    control = server.control().connectionControl();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private LiveConnection open(String user) {
    LiveConnection[] opened = new LiveConnection[1];
    opened[0] =
        server
            .telemetry
            .connections()
            .open(
                InetAddress.getLoopbackAddress(),
                4711,
                1,
                reason -> {
                  assertThat(reason).isEqualTo(EndReason.KILLED);
                  killed.add(opened[0].id());
                });
    opened[0].authenticated(user);
    return opened[0];
  }

  private static List<Long> ids(Page<ConnectionEntry, Long> page) {
    return page.items().stream().map(ConnectionEntry::id).toList();
  }

  @Test
  void pagesFollowEachOtherAndTheLastSaysThatNothingFollows() {
    for (int i = 0; i < 5; i++) {
      open(i % 2 == 0 ? "ana" : "ben");
    }
    Page<ConnectionEntry, Long> first = control.page(ADMINISTRATOR, ConnectionFilter.ALL, 0, 2);
    assertThat(ids(first)).containsExactly(1L, 2L);
    assertThat(first.next()).isEqualTo(2);
    Page<ConnectionEntry, Long> last = control.page(ADMINISTRATOR, ConnectionFilter.ALL, 2, 3);
    assertThat(ids(last)).containsExactly(3L, 4L, 5L);
    assertThat(last.next()).isNull();
    Page<ConnectionEntry, Long> ofAna = control.page(ADMINISTRATOR, ConnectionFilter.of(ANA), 0, 2);
    assertThat(ids(ofAna)).containsExactly(1L, 3L);
    assertThat(ofAna.next()).isEqualTo(3);
  }

  @Test
  void oneIsFoundWithItsRuleAndItsIdleTime() {
    LiveConnection connection = open("ana");
    connection.requested(Command.CONNECT, "example.org", 443);
    connection.decided(new RuleRef(3, "rule 3 (argyle.yaml:21)"));
    ConnectionEntry entry = Objects.requireNonNull(control.find(ADMINISTRATOR, connection.id()));
    assertThat(entry.rule()).isEqualTo(new RuleRef(3, "rule 3 (argyle.yaml:21)"));
    assertThat(entry.idleSeconds()).isNotNegative();
    assertThat(control.find(ADMINISTRATOR, 99)).isNull();
  }

  @Test
  void thoseThatMatchAreKilledAndTheNumberIsTold() {
    open("ana");
    open("ben");
    open("ana");
    assertThat(control.kill(ADMINISTRATOR, ConnectionFilter.of(ANA), Long.MAX_VALUE))
        .isEqualTo(new Killed(new Result.Done(), 2, false));
    assertThat(killed).containsExactly(1L, 3L);
  }

  @Test
  void whatCameAfterTheQuestionWasAskedIsNotKilled() {
    open("ana");
    open("ana");
    open("ana");
    assertThat(control.kill(ADMINISTRATOR, ConnectionFilter.of(ANA), 2).count()).isEqualTo(2);
    assertThat(killed).containsExactly(1L, 2L);
  }

  @Test
  void thoseOfAListAreKilledIfTheyAreOpen() {
    open("ana");
    open("ben");
    assertThat(control.kill(ADMINISTRATOR, List.of(2L, 7L)).count()).isEqualTo(1);
    assertThat(killed).containsExactly(2L);
    List<Long> tooMany = Collections.nCopies(ConnectionControl.KILLED_AT_ONCE + 1, 1L);
    assertThatIllegalArgumentException().isThrownBy(() -> control.kill(ADMINISTRATOR, tooMany));
  }

  @Test
  void oneCallKillsABoundedNumberAndSaysThatOthersAreLeft() {
    for (int i = 0; i < ConnectionControl.KILLED_AT_ONCE + 1; i++) {
      open("ana");
    }
    Killed first = control.kill(ADMINISTRATOR, ConnectionFilter.ALL, Long.MAX_VALUE);
    assertThat(first)
        .isEqualTo(new Killed(new Result.Done(), ConnectionControl.KILLED_AT_ONCE, true));
    assertThat(killed).hasSize(ConnectionControl.KILLED_AT_ONCE);
  }

  @Test
  void whoMayOnlyReadKillsNothing() {
    open("ana");
    Actor viewer =
        new Actor("eva", Operation.Right.READ, Door.HTTP, InetAddress.getLoopbackAddress());
    Killed refused = control.kill(viewer, ConnectionFilter.ALL, Long.MAX_VALUE);
    assertThat(refused.result()).isInstanceOf(Result.NotAllowed.class);
    assertThat(refused.count()).isZero();
    assertThat(killed).isEmpty();
  }
}
