package dev.argyle.server.session;

import static dev.argyle.server.session.SessionRig.expect;
import static dev.argyle.server.session.SessionRig.send;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.account.Outcome;
import dev.argyle.server.session.SessionRig.Kind;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.wire.UserName;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * From which address a client's tunnel leaves, at a server in this process, on either data plane.
 */
@Timeout(60)
@Tag("play")
class EgressSessionTest {

  @TempDir Path data;

  private SessionRig open(Kind kind, String egress, String rules) throws Exception {
    SessionRig rig =
        new SessionRig(
            kind,
            data,
            "authentication: [password]\nsession-suffix: true",
            "egress: " + egress + "\n" + rules);
    rig.addUser("ana", "secret");
    rig.addUser("ben", "secret");
    return rig;
  }

  /** Where the target sees a tunnel of a user come from; it is closed again. */
  private static String seen(SessionRig rig, String user) throws Exception {
    try (Socket client = rig.tunnelOf(user, "secret");
        Socket target = rig.accept()) {
      assertThat(client.isConnected()).isTrue();
      return target.getInetAddress().getHostAddress();
    }
  }

  private static void set(SessionRig rig, String egress) {
    assertThat(
            rig.accounts.setAttributes(UserName.of("ana"), new TreeMap<>(Map.of("egress", egress))))
        .isEqualTo(new Outcome.Done());
  }

  @ParameterizedTest
  @EnumSource
  void targetSeesTheAddressOfTheDefaultAndTheTableShowsIt(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "{ default: { addresses: [127.0.0.9] } }", "");
        Socket client = rig.tunnelOf("ana", "secret");
        Socket target = rig.accept()) {
      assertThat(client.isConnected()).isTrue();
      assertThat(target.getInetAddress().getHostAddress()).isEqualTo("127.0.0.9");
      LiveConnection live = rig.telemetry.connections().page(0, 1).getFirst();
      assertThat(live.outgoing()).isEqualTo(target.getInetAddress());
    }
  }

  @ParameterizedTest
  @EnumSource
  void accountsEgressGoesBeforeTheDefaultAndARuleBeforeBoth(Kind kind) throws Exception {
    String egress =
        "{ default: { addresses: [127.0.0.9] }, own: { addresses: [127.0.0.10] },"
            + " rule: { addresses: [127.0.0.11] } }";
    try (SessionRig rig = open(kind, egress, "")) {
      set(rig, "own");
      assertThat(seen(rig, "ana")).isEqualTo("127.0.0.10");
      assertThat(seen(rig, "ben")).isEqualTo("127.0.0.9");
      set(rig, "none");
      assertThat(seen(rig, "ana")).as("none: the default").isEqualTo("127.0.0.9");
    }
  }

  @ParameterizedTest
  @EnumSource
  void rulesEgressGoesBeforeTheAccounts(Kind kind) throws Exception {
    String egress = "{ own: { addresses: [127.0.0.10] }, rule: { addresses: [127.0.0.11] } }";
    String rules = "rules: [{ allow: true, to: [127.0.0.0/8], egress: rule }]";
    try (SessionRig rig = open(kind, egress, rules)) {
      set(rig, "own");
      assertThat(seen(rig, "ana")).isEqualTo("127.0.0.11");
    }
  }

  @ParameterizedTest
  @EnumSource
  void sessionOfALoginHasAnAddressOfItsOwnAndTheAccountIsTheSame(Kind kind) throws Exception {
    String addresses = "{ default: { by: session, addresses: [127.0.0.9, 127.0.0.10] } }";
    try (SessionRig rig = open(kind, addresses, "")) {
      String first = seen(rig, "ana+session=1");
      String second = seen(rig, "ana+session=2");
      assertThat(second).isNotEqualTo(first);
      assertThat(seen(rig, "ana+session=1")).isEqualTo(first);
      assertThat(rig.ended(3).user()).isEqualTo("ana");
    }
  }

  @ParameterizedTest
  @EnumSource
  void addressThatIsNotOursIsSetAsideAndTheNextServes(Kind kind) throws Exception {
    String addresses = "{ default: { pick: rotate, addresses: [192.0.2.77, 127.0.0.9] } }";
    try (SessionRig rig = open(kind, addresses, "")) {
      for (int i = 0; i < 3; i++) {
        assertThat(seen(rig, "ana")).isEqualTo("127.0.0.9");
      }
      assertThat(rig.count(Counter.EGRESS_SET_ASIDE)).isOne();
    }
  }

  @ParameterizedTest
  @EnumSource
  void egressThatIsNotThereIsRefusedAndTheReasonNamesIt(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "{ default: {} }", "")) {
      set(rig, "gone");
      try (Socket client = rig.connect()) {
        send(client, "05 01 02");
        expect(client, "05 02");
        send(client, SessionRig.credentials("ana", "secret"));
        expect(client, "01 00");
        send(client, rig.connectRequest());
        expect(client, "05 03");
      }
      assertThat(requireNonNull(rig.ended(1).detail())).contains("no egress \"gone\"");
    }
  }

  @ParameterizedTest
  @EnumSource
  void leastUsedIsCountedUntilTheTunnelEnds(Kind kind) throws Exception {
    String two = "{ default: { pick: least-used, addresses: [127.0.0.9, 127.0.0.10] } }";
    try (SessionRig rig = open(kind, two, "")) {
      int ended = 0;
      for (int i = 0; i < 3; i++) {
        try (Socket _ = rig.tunnelOf("ana", "secret");
            Socket stays = rig.accept()) {
          String other = seen(rig, "ben");
          rig.ended(++ended);
          assertThat(other).isNotEqualTo(stays.getInetAddress().getHostAddress());
          assertThat(seen(rig, "ben")).as("it was given back").isEqualTo(other);
          rig.ended(++ended);
        }
        rig.ended(++ended);
      }
    }
  }
}
