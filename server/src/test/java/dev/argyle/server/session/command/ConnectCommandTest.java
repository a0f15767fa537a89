package dev.argyle.server.session.command;

import static dev.argyle.server.session.command.CommandRig.LOOPBACK;
import static dev.argyle.server.session.command.CommandRig.LOOPBACK_2;
import static dev.argyle.server.session.command.CommandRig.assertTurnedAway;
import static dev.argyle.server.session.command.CommandRig.at;
import static dev.argyle.server.session.command.CommandRig.named;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argyle.server.dial.DialFailure;
import dev.argyle.server.dial.Failure;
import dev.argyle.server.dial.Family;
import dev.argyle.server.dial.Gate;
import dev.argyle.server.session.command.CommandRig.Kind;
import dev.argyle.server.session.command.CommandRig.Refusal;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.wire.Destination;
import dev.argyle.wire.socks.Command;
import dev.argyle.wire.socks.ReplyCode;
import dev.argyle.wire.socks.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** CONNECT: what the client is told, what is logged, and what stays open when it has gone. */
@Timeout(60)
@Tag("play")
class ConnectCommandTest {

  private ServerSocket target;
  private @Nullable CommandRig opened;

  @BeforeEach
  void listen() throws IOException {
    target = new ServerSocket(0, 50, LOOPBACK);
    target.setSoTimeout(10_000);
  }

  @AfterEach
  void close() throws IOException {
    target.close();
    if (opened != null) {
      opened.close();
    }
  }

  private CommandRig open(Kind kind) {
    CommandRig rig = new CommandRig(kind);
    opened = rig;
    return rig;
  }

  private Request connect() {
    return connect(at(LOOPBACK, target.getLocalPort()));
  }

  private static Request connect(Destination destination) {
    return new Request.Connect(destination);
  }

  @ParameterizedTest
  @EnumSource
  void replySaysWhereTheTargetSeesUs(Kind kind) throws IOException {
    CommandRig rig = open(kind);
    rig.begin(connect());
    try (Socket seen = target.accept()) {
      await().until(() -> !rig.client.connected.isEmpty());
      assertThat(rig.client.connected).singleElement().isEqualTo(seen.getRemoteSocketAddress());
    }
  }

  @ParameterizedTest
  @EnumSource
  void rulesAreAskedAboutAConnectAndNameTheAddressToDialFrom(Kind kind) throws IOException {
    CommandRig rig = open(kind);
    rig.client.rules =
        (command, _) ->
            _ ->
                command == Command.CONNECT
                    ? new Gate.Allowed(LOOPBACK_2)
                    : new Gate.Denied("not a CONNECT");
    rig.begin(connect());
    try (Socket seen = target.accept()) {
      assertThat(seen.getInetAddress()).isEqualTo(LOOPBACK_2);
      await().until(() -> !rig.client.connected.isEmpty());
    }
    assertThat(rig.client.asked).containsOnly(at(LOOPBACK, target.getLocalPort()));
  }

  // Refusals

  @ParameterizedTest
  @EnumSource
  void portWhereNobodyListensIsRefusedInTheKernelsWords(Kind kind) throws IOException {
    CommandRig rig = open(kind);
    target.close();
    rig.begin(connect());
    Refusal refusal = rig.client.refusal();
    assertThat(refusal.code()).isEqualTo(ReplyCode.CONNECTION_REFUSED);
    assertThat(refusal.why().reason()).isEqualTo(EndReason.DIAL_FAILED);
    assertThat(refusal.why().detail()).containsIgnoringCase("connection refused");
  }

  @ParameterizedTest
  @EnumSource
  void deniedAddressIsRefusedWithItsRuleAndNotDialled(Kind kind) {
    CommandRig rig = open(kind);
    rig.client.denyAll("rule 3");
    rig.begin(connect());
    assertThat(rig.client.refusal())
        .isEqualTo(
            new Refusal(ReplyCode.NOT_ALLOWED, new Ending(EndReason.REFUSED_BY_RULE, "rule 3")));
  }

  @ParameterizedTest
  @EnumSource
  void deniedNameIsNotEvenAskedAbout(Kind kind) {
    CommandRig rig = open(kind);
    rig.client.rules =
        (_, _) ->
            new Gate() {
              @Override
              public Verdict check(InetAddress address) {
                return Allowed.FROM_ANY;
              }

              @Override
              public Verdict checkName(String name) {
                return new Denied("rule 4 denies " + name);
              }
            };
    rig.begin(connect(named("secret.test", 80)));
    assertThat(rig.client.refusal())
        .isEqualTo(
            new Refusal(
                ReplyCode.NOT_ALLOWED,
                new Ending(EndReason.REFUSED_BY_RULE, "rule 4 denies secret.test")));
    assertThat(rig.names.asked).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void nameThatIsNoneAndNameServerThatFailsAreToldApartInTheLog(Kind kind) {
    CommandRig rig = open(kind);
    rig.begin(connect(named("no host name", 80)));
    assertThat(rig.client.refusal())
        .isEqualTo(
            new Refusal(
                ReplyCode.HOST_UNREACHABLE,
                new Ending(EndReason.NAME_NOT_RESOLVED, "neither an address nor a host name")));
    rig.client.refused.clear();
    rig.begin(connect(named("peer.test", 80)));
    rig.run(() -> rig.names.fail(new Failure(DialFailure.NAME_SERVER_FAILED, "SERVFAIL")));
    assertThat(rig.client.refusal())
        .isEqualTo(
            new Refusal(
                ReplyCode.HOST_UNREACHABLE, new Ending(EndReason.NAME_NOT_RESOLVED, "SERVFAIL")));
  }

  // Time, and clients that leave

  @ParameterizedTest
  @EnumSource
  void timeoutDuringTheLookupIsToldOnce(Kind kind) {
    CommandRig rig = open(kind);
    RunningCommand command = rig.begin(connect(named("peer.test", 80)));
    rig.run(command::timeout);
    rig.run(command::timeout);
    rig.run(command::cancel);
    Refusal refusal = rig.client.refusal();
    assertThat(refusal.code()).isEqualTo(ReplyCode.HOST_UNREACHABLE);
    assertThat(refusal.why().reason()).isEqualTo(EndReason.DIAL_TIMEOUT);
    assertThat(rig.names.cancelled).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void lookupOfAClientThatHasLeftIsGivenUpAndNothingDialled(Kind kind) {
    CommandRig rig = open(kind);
    RunningCommand command = rig.begin(connect(named("peer.test", 80)));
    rig.run(() -> rig.names.answer(Family.IPV4)); // IPv6 is awaited
    rig.run(command::cancel);
    assertThat(rig.names.cancelled).isTrue();
    rig.run(command::timeout);
    rig.client.assertToldNothing();
  }

  @ParameterizedTest
  @EnumSource
  void connectionThatStandsAfterItsClientHasLeftIsClosed(Kind kind) throws IOException {
    CommandRig rig = open(kind);
    RunningCommand command = rig.command(connect());
    rig.run(
        () -> {
          command.begin();
          command.cancel(); // the kernel has connected it, and the loop has not heard of it
        });
    try (Socket seen = target.accept()) {
      assertTurnedAway(seen);
    }
    rig.client.assertToldNothing();
  }

  @ParameterizedTest
  @EnumSource
  void connectionThatStandsAfterTheTimeoutIsClosed(Kind kind) throws IOException {
    CommandRig rig = open(kind);
    RunningCommand command = rig.command(connect());
    rig.run(
        () -> {
          command.begin();
          command.timeout();
        });
    try (Socket seen = target.accept()) {
      assertTurnedAway(seen);
    }
    assertThat(rig.client.refusal().why().reason()).isEqualTo(EndReason.DIAL_TIMEOUT);
    assertThat(rig.client.connected).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void commandThatHasNotBegunHasNothingToEnd(Kind kind) {
    CommandRig rig = open(kind);
    RunningCommand command = rig.command(connect());
    rig.run(command::timeout);
    rig.run(command::cancel);
    rig.run(() -> command.sweep(System.nanoTime()));
    rig.client.assertToldNothing();
  }

  @ParameterizedTest
  @EnumSource
  void bugOfTheRulesEndsTheClientThatMetIt(Kind kind) {
    CommandRig rig = open(kind);
    IllegalStateException bug = new IllegalStateException("a bug");
    rig.client.rules =
        (_, _) ->
            _ -> {
              throw bug;
            };
    rig.begin(connect());
    assertThat(rig.client.bugs).containsExactly(bug);
    assertThat(rig.client.refused).isEmpty();
  }
}
