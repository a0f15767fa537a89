package dev.argyle.server.session.command;

import static dev.argyle.server.session.command.CommandRig.LOOPBACK;
import static dev.argyle.server.session.command.CommandRig.LOOPBACK_2;
import static dev.argyle.server.session.command.CommandRig.assertTurnedAway;
import static dev.argyle.server.session.command.CommandRig.at;
import static dev.argyle.server.session.command.CommandRig.connects;
import static dev.argyle.server.session.command.CommandRig.named;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argyle.server.config.Socks;
import dev.argyle.server.dial.DialFailure;
import dev.argyle.server.dial.Failure;
import dev.argyle.server.dial.Family;
import dev.argyle.server.dial.Gate;
import dev.argyle.server.session.command.CommandRig.Kind;
import dev.argyle.server.session.command.CommandRig.Refusal;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.wire.Destination;
import dev.argyle.wire.socks.Command;
import dev.argyle.wire.socks.ReplyCode;
import dev.argyle.wire.socks.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** BIND from the request to its end, on either kind of sockets. */
@Timeout(60)
@Tag("play")
class BindCommandTest {

  private static final Counter SUCCEEDED = Counter.reply(ReplyCode.SUCCEEDED.code());

  private @Nullable CommandRig opened;

  @AfterEach
  void close() {
    if (opened != null) {
      opened.close();
    }
  }

  private CommandRig open(Kind kind) {
    CommandRig rig = new CommandRig(kind);
    opened = rig;
    return rig;
  }

  private static Request bind(Destination destination) {
    return new Request.Bind(destination);
  }

  private static Socket peer(InetAddress from, InetSocketAddress to) throws IOException {
    Socket peer = new Socket();
    peer.bind(new InetSocketAddress(from, 0));
    peer.connect(to);
    return peer;
  }

  /** Lets the expected peer come, and sees that it is joined with the client. */
  private static void assertJoins(CommandRig rig, InetSocketAddress at) throws IOException {
    try (Socket peer = peer(LOOPBACK, at)) {
      await().until(() -> !rig.client.connected.isEmpty());
      assertThat(rig.client.connected)
          .containsExactly((InetSocketAddress) peer.getLocalSocketAddress());
    }
  }

  // Shares

  /** Each holds a port of this machine for a minute: one user's could take all there are. */
  @ParameterizedTest
  @EnumSource
  void bindsOfOneUserBeyondItsShareAreRefusedUntilOneEnds(Kind kind) {
    CommandRig rig = open(kind);
    rig.bind = new Socks.Bind(100, 2);
    RunningCommand first = rig.begin(bind(at(LOOPBACK, 4000)));
    rig.begin(bind(at(LOOPBACK, 4000)));
    assertThat(rig.client.awaited).hasSize(2);
    rig.begin(bind(at(LOOPBACK, 4000)));
    assertThat(rig.client.refusal())
        .isEqualTo(
            new Refusal(
                ReplyCode.NOT_ALLOWED,
                new Ending(EndReason.REFUSED_BY_RULE, "socks.bind.max-per-user is reached")));
    assertThat(rig.count(Counter.BINDS_REFUSED)).isEqualTo(1);
    rig.run(first::cancel);
    rig.run(first::cancel); // and once more
    assertThat(rig.binds.all()).isEqualTo(1);
    rig.begin(bind(at(LOOPBACK, 4000)));
    assertThat(rig.client.awaited).hasSize(3);
  }

  @ParameterizedTest
  @EnumSource
  void bindsBeyondAllThatMayWaitAreRefused(Kind kind) {
    CommandRig rig = open(kind);
    rig.bind = new Socks.Bind(1, 10);
    RunningCommand first = rig.begin(bind(at(LOOPBACK, 4000)));
    rig.begin(bind(at(LOOPBACK, 4000)));
    assertThat(rig.client.refusal())
        .isEqualTo(
            new Refusal(
                ReplyCode.GENERAL_FAILURE,
                new Ending(EndReason.OUT_OF_RESOURCES, "socks.bind.max-waiting is reached")));
    assertThat(rig.count(Counter.BINDS_REFUSED)).isEqualTo(1);
    rig.run(first::timeout);
    assertThat(rig.binds.all()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void whoseBindHasItsPeerWaitsNoMore(Kind kind) throws IOException {
    CommandRig rig = open(kind);
    rig.begin(bind(at(LOOPBACK, 4000)));
    assertThat(rig.binds.all()).isEqualTo(1);
    assertJoins(rig, rig.client.awaitedAt());
    assertThat(rig.binds.all()).isZero();
    assertThat(rig.binds.owners()).isZero();
  }

  // Two replies

  @ParameterizedTest
  @EnumSource
  void firstReplySaysWhereAndTheSecondWhoCame(Kind kind) throws IOException {
    CommandRig rig = open(kind);
    rig.begin(bind(at(LOOPBACK, 4000)));
    InetSocketAddress at = rig.client.awaitedAt();
    assertThat(at.getAddress()).isEqualTo(LOOPBACK);
    assertThat(at.getPort()).isPositive();
    assertThat(rig.client.connected).isEmpty();
    assertJoins(rig, at);
    assertThat(rig.client.awaited).hasSize(1);
    await().until(() -> !connects(at)); // one only
    assertThat(rig.client.refused).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "name 0.0.0.0"})
  void whoNamesNobodyWaitsForAnybodyWhereItsClientReachedUs(String zeros) throws IOException {
    CommandRig rig = open(Kind.NIO);
    Destination nobody =
        zeros.startsWith("name ")
            ? named(zeros.substring(5), 0)
            : at(InetAddress.ofLiteral(zeros), 0);
    rig.begin(bind(nobody));
    InetSocketAddress at = rig.client.awaitedAt();
    assertThat(at.getAddress()).isEqualTo(rig.client.localAddress());
    assertThat(rig.names.asked).isEmpty();
    assertJoins(rig, at);
  }

  // Who may come

  @ParameterizedTest
  @EnumSource
  void strangerIsTurnedAwayAndTheWaitGoesOn(Kind kind) throws IOException {
    CommandRig rig = open(kind);
    rig.begin(bind(at(LOOPBACK, 0)));
    InetSocketAddress at = rig.client.awaitedAt();
    try (Socket stranger = peer(LOOPBACK_2, at)) {
      assertTurnedAway(stranger);
    }
    assertThat(rig.client.connected).isEmpty();
    assertJoins(rig, at);
  }

  @ParameterizedTest
  @EnumSource
  void deniedPeerIsTurnedAwayAndTheWaitGoesOn(Kind kind) throws IOException {
    CommandRig rig = open(kind);
    rig.begin(bind(at(InetAddress.ofLiteral("0.0.0.0"), 0)));
    InetSocketAddress at = rig.client.awaitedAt();
    rig.client.rules =
        (_, _) ->
            address ->
                address.equals(LOOPBACK_2) ? new Gate.Denied("rule 1") : Gate.Allowed.FROM_ANY;
    try (Socket denied = peer(LOOPBACK_2, at)) {
      assertTurnedAway(denied);
    }
    assertJoins(rig, at);
  }

  @ParameterizedTest
  @EnumSource
  void rulesOfNowAreAskedForWhoComesWithThePortThatItComesFrom(Kind kind) throws IOException {
    CommandRig rig = open(kind);
    rig.begin(bind(at(LOOPBACK, 4000)));
    InetSocketAddress at = rig.client.awaitedAt();
    assertThat(rig.client.asked).containsOnly(at(LOOPBACK, 4000));
    rig.client.denyAll("a rule that came during the wait");
    try (Socket denied = peer(LOOPBACK, at)) {
      assertTurnedAway(denied);
      assertThat(rig.client.asked.getLast()).isEqualTo(at(LOOPBACK, denied.getLocalPort()));
    }
    rig.client.rules =
        (command, _) ->
            address ->
                command == Command.BIND ? Gate.Allowed.FROM_ANY : new Gate.Denied("not a BIND");
    assertJoins(rig, at);
  }

  @ParameterizedTest
  @EnumSource
  void peerThatTheRulesDenyIsNotWaitedFor(Kind kind) {
    CommandRig rig = open(kind);
    rig.client.denyAll("rule 3");
    rig.begin(bind(at(LOOPBACK, 4000)));
    assertThat(rig.client.refusal())
        .isEqualTo(
            new Refusal(ReplyCode.NOT_ALLOWED, new Ending(EndReason.REFUSED_BY_RULE, "rule 3")));
    assertThat(rig.client.awaited).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void addressOfARuleThatIsNotOursIsAFailureOfOurs(Kind kind) {
    CommandRig rig = open(kind);
    rig.client.rules = (_, _) -> _ -> new Gate.Allowed(CommandRig.ELSEWHERE);
    rig.begin(bind(at(LOOPBACK, 4000)));
    Refusal refusal = rig.client.refusal();
    assertThat(refusal.code()).isEqualTo(ReplyCode.GENERAL_FAILURE);
    assertThat(refusal.why().reason()).isEqualTo(EndReason.OUT_OF_RESOURCES);
    assertThat(rig.client.awaited).isEmpty();
  }

  // Names

  @ParameterizedTest
  @EnumSource
  void nameThatResolvesLateIsWaitedForOnceBothFamiliesAreKnown(Kind kind) throws IOException {
    CommandRig rig = open(kind);
    rig.begin(bind(named("Peer.test.", 4000)));
    assertThat(rig.names.asked).containsExactly("peer.test");
    rig.run(() -> rig.names.answer(Family.IPV4, LOOPBACK));
    rig.client.assertToldNothing();
    rig.run(() -> rig.names.answer(Family.IPV6));
    assertJoins(rig, rig.client.awaitedAt());
  }

  @ParameterizedTest
  @EnumSource
  void nameWithoutAnAddressIsRefusedWithWhatTheNameServerSaid(Kind kind) {
    CommandRig rig = open(kind);
    rig.begin(bind(named("peer.test", 4000)));
    rig.run(() -> rig.names.fail(new Failure(DialFailure.NAME_SERVER_FAILED, "SERVFAIL")));
    assertThat(rig.client.refusal())
        .isEqualTo(
            new Refusal(
                ReplyCode.HOST_UNREACHABLE, new Ending(EndReason.NAME_NOT_RESOLVED, "SERVFAIL")));
  }

  // Time

  @ParameterizedTest
  @EnumSource
  void timeoutWhileTheNameIsLookedUpGivesTheLookupUp(Kind kind) {
    CommandRig rig = open(kind);
    RunningCommand command = rig.begin(bind(named("peer.test", 4000)));
    rig.run(command::timeout);
    assertThat(rig.client.refusal())
        .isEqualTo(new Refusal(ReplyCode.HOST_UNREACHABLE, Ending.of(EndReason.NAME_NOT_RESOLVED)));
    assertThat(rig.names.cancelled).isTrue();
    rig.run(command::timeout);
    assertThat(rig.client.refused).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  void portIsFreeWhenTheClientHearsThatNobodyCame(Kind kind) {
    CommandRig rig = open(kind);
    RunningCommand command = rig.begin(bind(at(LOOPBACK, 4000)));
    InetSocketAddress at = rig.client.awaitedAt();
    rig.run(command::timeout);
    assertThat(rig.client.refusal())
        .isEqualTo(new Refusal(ReplyCode.TTL_EXPIRED, Ending.of(EndReason.BIND_TIMEOUT)));
    assertThat(connects(at)).isFalse();
    rig.run(command::timeout);
    assertThat(rig.client.refused).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  void timeoutAfterThePeerCameDoesNothing(Kind kind) throws IOException {
    CommandRig rig = open(kind);
    RunningCommand command = rig.begin(bind(at(LOOPBACK, 4000)));
    assertJoins(rig, rig.client.awaitedAt());
    rig.run(command::timeout);
    assertThat(rig.client.refused).isEmpty();
  }

  // Clients that leave

  @ParameterizedTest
  @EnumSource
  void cancelDuringTheLookupGivesItUpAndTellsNobody(Kind kind) {
    CommandRig rig = open(kind);
    RunningCommand command = rig.begin(bind(named("peer.test", 4000)));
    rig.run(command::cancel);
    assertThat(rig.names.cancelled).isTrue();
    rig.run(command::timeout);
    rig.client.assertToldNothing();
    assertThat(rig.count(SUCCEEDED)).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void cancelDuringTheWaitLeavesNoListenerAndCountsTheReplyOnce(Kind kind) {
    CommandRig rig = open(kind);
    RunningCommand command = rig.begin(bind(at(LOOPBACK, 4000)));
    InetSocketAddress at = rig.client.awaitedAt();
    rig.run(command::cancel);
    await().until(() -> !connects(at));
    rig.run(command::cancel);
    assertThat(rig.count(SUCCEEDED)).isEqualTo(1);
    assertThat(rig.client.refused).isEmpty();
    assertThat(rig.client.connected).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void cancelOnceThePeerIsThereLeavesTheCountToWhoJoinsThem(Kind kind) throws IOException {
    CommandRig rig = open(kind);
    RunningCommand command = rig.begin(bind(at(LOOPBACK, 4000)));
    assertJoins(rig, rig.client.awaitedAt());
    rig.run(command::cancel);
    assertThat(rig.count(SUCCEEDED)).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void whoLeavesRightBehindItsTimeoutIsToldOnceAtMost(Kind kind) {
    CommandRig rig = open(kind);
    RunningCommand command = rig.begin(bind(at(LOOPBACK, 4000)));
    InetSocketAddress at = rig.client.awaitedAt();
    rig.run(
        () -> {
          command.timeout();
          command.cancel();
        });
    rig.run(() -> {});
    // Where the port is released a turn later, the client is gone by then.
    assertThat(rig.client.refused).hasSize(kind == Kind.LINUX ? 1 : 0);
    assertThat(rig.count(SUCCEEDED)).isZero();
    await().until(() -> !connects(at));
  }
}
