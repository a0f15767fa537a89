package dev.argyle.server.session;

import static dev.argyle.server.session.SessionRig.credentials;
import static dev.argyle.server.session.SessionRig.expect;
import static dev.argyle.server.session.SessionRig.expectEnd;
import static dev.argyle.server.session.SessionRig.expectEndOrReset;
import static dev.argyle.server.session.SessionRig.send;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.account.Account;
import dev.argyle.server.session.SessionRig.Kind;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.EndedConnection;
import dev.argyle.wire.UserName;
import java.net.Socket;
import java.util.HexFormat;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients of a server in this process, on either kind of sockets. */
@Timeout(60)
@Tag("play")
class ClientSessionTest extends SessionCase {

  @ParameterizedTest
  @EnumSource
  void aRefusalIsNotLostToAResetThoughMuchWasSentBehindTheRequest(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "", "rules:\n  - { allow: false }\n");
        Socket client = rig.connect()) {
      send(client, "05 01 00" + rig.connectRequest());
      client.getOutputStream().write(new byte[1 << 20]);
      expect(client, "05 00 05 02 00 01 00 00 00 00 00 00");
      expectEnd(client);
      client.close();
      EndedConnection ended = rig.ended(1);
      assertThat(ended.reason()).isEqualTo(EndReason.REFUSED_BY_RULE);
      assertThat(ended.reply()).isEqualTo(2);
      assertThat(rig.count(Counter.REPLY_02)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aConnectThatTakesTooLongIsAnsweredAndEnded(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "connect-timeout: 200ms", "");
        Socket client = rig.connect()) {
      send(client, "05 01 00" + NAME_REQUEST);
      expect(client, "05 00 05 04 00 01 00 00 00 00 00 00");
      expectEnd(client);
      client.close();
      assertThat(rig.ended(1).reason()).isEqualTo(EndReason.DIAL_TIMEOUT);
      assertThat(rig.lookupsCancelled).hasValue(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aNameThatNoRuleLetsOutIsNotLookedUp(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "", "rules:\n  - { allow: false }\n");
        Socket client = rig.connect()) {
      send(client, "05 01 00" + NAME_REQUEST);
      expect(client, "05 00 05 02 00 01 00 00 00 00 00 00");
      assertThat(rig.lookups).hasValue(0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRemovedUsersConnectionsCloseAtOnceAndTheOthersGoOn(Kind kind) throws Exception {
    try (SessionRig rig = open(kind)) {
      rig.addUser("ana", "secret");
      rig.addUser("bea", "secret");
      rig.addUser("eva", "secret");
      rig.addUser("ida", "secret");
      try (Socket ana = rig.tunnelOf("ana", "secret");
          Socket bea = rig.tunnelOf("bea", "secret");
          Socket eva = rig.tunnelOf("eva", "secret");
          Socket ida = rig.tunnelOf("ida", "secret")) {
        for (int i = 0; i < 3; i++) {
          rig.accept();
        }
        Socket idasTarget = rig.accept();
        rig.accounts.remove(UserName.of("ana"));
        expectEndOrReset(ana);
        assertThat(rig.ended(1).reason()).isEqualTo(EndReason.USER_REMOVED);
        rig.accounts.setEnabled(UserName.of("bea"), false);
        expectEndOrReset(bea);
        rig.accounts.rename(UserName.of("eva"), UserName.of("eve"));
        expectEndOrReset(eva);
        assertThat(rig.ended(3).user()).isEqualTo("eva");
        idasTarget.getOutputStream().write('x');
        assertThat(ida.getInputStream().read()).isEqualTo('x');
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLoginIsTheUsersLastConnection(Kind kind) throws Exception {
    try (SessionRig rig = open(kind)) {
      rig.addUser("ana", "secret");
      rig.tunnelOf("ana", "secret").close();
      assertThat(rig.accounts.find(UserName.of("ana")))
          .isNotNull()
          .extracting(Account::lastConnectionMillis, InstanceOfAssertFactories.LONG)
          .isPositive();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aProxyHeaderIsBelievedFromWhereTheConfigurationSaysSo(Kind kind) throws Exception {
    String header = "PROXY TCP4 192.0.2.7 198.51.100.1 40000 1080\r\n";
    try (SessionRig rig = open(kind, "proxy-protocol: { from: [\"127.0.0.0/8\"] }", "");
        Socket client = rig.connect()) {
      for (byte octet : header.getBytes(US_ASCII)) {
        client.getOutputStream().write(octet);
      }
      send(client, "05 01 00 05 02 00");
      expect(client, "05 00");
      client.close();
      EndedConnection ended = rig.ended(1);
      assertThat(ended.client().getHostAddress()).isEqualTo("192.0.2.7");
      assertThat(ended.clientPort()).isEqualTo(40000);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aProxyHeaderFromAnywhereElseIsNotBelieved(Kind kind) throws Exception {
    String header = "PROXY TCP4 192.0.2.7 198.51.100.1 40000 1080\r\n";
    try (SessionRig rig = open(kind, "proxy-protocol: { from: [\"192.0.2.0/24\"] }", "");
        Socket client = rig.connect()) {
      client.getOutputStream().write(header.getBytes(US_ASCII));
      expectEndOrReset(client);
      assertThat(rig.ended(1).client().isLoopbackAddress()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoSendsNoProxyHeaderWhereOneIsDueIsClosedAndLogged(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "proxy-protocol: { from: [\"127.0.0.0/8\"] }", "");
        Socket client = rig.connect()) {
      client.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
      expectEndOrReset(client);
      assertThat(rig.securityLog().getFirst()).contains("handshake failed client=127.0.0.1");
    }
  }

  @ParameterizedTest
  @EnumSource
  void octetsSentAheadOfTheLoginsAnswerWaitForIt(Kind kind) throws Exception {
    try (SessionRig rig = open(kind);
        Socket client = rig.connect()) {
      rig.addUser("ana", "secret");
      send(client, "05 01 02" + credentials("ana", "secret") + rig.connectRequest() + "68 69");
      expect(client, "05 02 01 00 05 00 00 01");
      try (Socket target = rig.accept()) {
        assertThat(target.getInputStream().readNBytes(2)).containsExactly('h', 'i');
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClientThatWaitsForABalancersHeaderIsNoSessionThatKeepsTheServerFromStopping(Kind kind)
      throws Exception {
    try (SessionRig rig = open(kind, "proxy-protocol: { from: [\"127.0.0.0/8\"] }", "");
        Socket waits = rig.connect();
        Socket client = rig.connect()) {
      Awaitility.await().until(() -> rig.admission.connections() == 2);
      send(client, HexFormat.of().formatHex("PROXY UNKNOWN\r\n".getBytes(US_ASCII)) + "050100");
      expect(client, "05 00");
      assertThat(rig.sessions()).isEqualTo(1);
      client.close();
      Awaitility.await().until(() -> rig.sessions() == 0);
      assertThat(waits.isConnected()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void balancersHeadersAreReadWhateverTheLoopHasReadBefore(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "proxy-protocol: { from: [\"127.0.0.0/8\"] }", "")) {
      String header = "PROXY TCP4 192.0.2.7 198.51.100.1 40000 1080\r\n";
      for (int i = 0; i < 3; i++) {
        try (Socket client = rig.connect()) {
          client.getOutputStream().write(header.substring(0, 20).getBytes(US_ASCII));
          Awaitility.await().until(() -> rig.admission.connections() > 0);
          client.getOutputStream().write(header.substring(20).getBytes(US_ASCII));
          send(client, "05 01 00");
          expect(client, "05 00"); // a short receive, before the next header
        }
        rig.ended(i + 1);
      }
      assertThat(rig.count(Counter.BUGS)).isZero();
    }
  }
}
