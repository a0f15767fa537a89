package dev.argyle.server.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.admission.Penalties;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Door;
import dev.argyle.wire.Source;
import dev.argyle.wire.UserName;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class SecurityControlTest extends ManagedServerCase {

  private List<Change> changes() {
    return control.securityControl().changes(ADMINISTRATOR, Long.MAX_VALUE, 100).items();
  }

  private static List<Object> told(Change change) {
    return Arrays.asList(
        change.operation(), change.target(), change.before(), change.after(), change.result());
  }

  @Test
  void changesTellWhoDidWhatAndWhatWasBefore() {
    control.setIdleTimeout(ADMINISTRATOR, 60);
    control.setEnabled(ADMINISTRATOR, UserName.of("ana"), false);
    control.setAdministrator(ADMINISTRATOR, UserName.of("ana"), true);
    control.renameUser(ADMINISTRATOR, UserName.of("ana"), UserName.of("anna\n"));
    control.setPassword(ADMINISTRATOR, UserName.of("nobody"), ManagedServer.octets("secret-word"));
    control.switchDissectors(ADMINISTRATOR, true);
    control.drain(ADMINISTRATOR);
    control.kill(ADMINISTRATOR, 4711);
    List<Change> newestFirst = changes();
    assertThat(newestFirst.reversed().stream().map(SecurityControlTest::told))
        .containsExactly(
            Arrays.asList(Operation.SET_IDLE_TIMEOUT, null, "3600", "60", "done"),
            List.of(Operation.ENABLE_USER, "ana", "enabled", "disabled", "done"),
            List.of(Operation.SET_ADMINISTRATOR, "ana", "user", "administrator", "done"),
            List.of(Operation.RENAME_USER, "ana", "ana", "anna\\x0A", "done"),
            Arrays.asList(Operation.SET_PASSWORD, "nobody", null, null, "refused, no such user"),
            Arrays.asList(Operation.SWITCH_DISSECTORS, null, "off", "on", "done"),
            Arrays.asList(Operation.DRAIN, null, "running", null, "done"),
            Arrays.asList(
                Operation.KILL, "connection 4711", null, null, "refused, no such connection"));
    assertThat(newestFirst.toString()).doesNotContain("secret-word");
    Change first = newestFirst.getLast();
    assertThat(first.number()).isEqualTo(1);
    assertThat(first.by()).isEqualTo("admin");
    assertThat(first.door()).isEqualTo(Door.HTTP);
    assertThat(first.client()).isEqualTo(InetAddress.getLoopbackAddress());
    assertThat(first.atMillis()).isPositive();
  }

  @Test
  void refusedChangesAreTold() {
    Actor viewer = new Actor("eva", Operation.Right.READ, Door.HTTP, ADMINISTRATOR.client());
    control.stop(viewer);
    assertThat(changes().getFirst().result())
        .isEqualTo("refused, this session has no right to do that");
    assertThat(changes().getFirst().by()).isEqualTo("eva");
  }

  @Test
  void oldestChangesAreForgottenAndPagesFollowEachOther() {
    for (int i = 0; i < ChangeHistory.CAPACITY + 1; i++) {
      control.switchDissectors(ADMINISTRATOR, i % 2 == 0);
    }
    SecurityControl security = control.securityControl();
    Page<Change, Long> all =
        security.changes(ADMINISTRATOR, Long.MAX_VALUE, ChangeHistory.CAPACITY + 1);
    assertThat(all.items()).hasSize(ChangeHistory.CAPACITY);
    assertThat(all.next()).isNull();
    assertThat(all.items().getFirst().number()).isEqualTo(ChangeHistory.CAPACITY + 1);
    assertThat(all.items().getLast().number()).isEqualTo(2);
    Page<Change, Long> page = security.changes(ADMINISTRATOR, Long.MAX_VALUE, 10);
    assertThat(page.items()).isEqualTo(all.items().subList(0, 10));
    assertThat(security.changes(ADMINISTRATOR, Objects.requireNonNull(page.next()), 10).items())
        .isEqualTo(all.items().subList(10, 20));
  }

  @Test
  void penaltyIsListedAndForgivenOnce() {
    InetAddress guesser = InetAddress.ofLiteral("2001:db8::7");
    server.admission.penalties().penalise(guesser, Penalties.Reason.MALFORMED);
    SecurityControl security = control.securityControl();
    assertThat(security.penalised(ADMINISTRATOR)).isEqualTo(1);
    assertThat(security.penalties(ADMINISTRATOR, null, 10).items())
        .extracting(entry -> entry.source().text())
        .containsExactly("2001:db8::/64");
    assertThat(security.forgive(ADMINISTRATOR, Source.of(guesser))).isEqualTo(new Result.Done());
    assertThat(security.forgive(ADMINISTRATOR, Source.of(guesser)))
        .isEqualTo(new Result.NoSuchPenalty());
    assertThat(security.penalties(ADMINISTRATOR, null, 10).items()).isEmpty();
    assertThat(server.count(Counter.PENALTIES_FORGIVEN)).isEqualTo(1);
  }
}
