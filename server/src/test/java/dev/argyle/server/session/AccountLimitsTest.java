package dev.argyle.server.session;

import static dev.argyle.server.session.SessionRig.credentials;
import static dev.argyle.server.session.SessionRig.expect;
import static dev.argyle.server.session.SessionRig.expectEnd;
import static dev.argyle.server.session.SessionRig.expectEndOrReset;
import static dev.argyle.server.session.SessionRig.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.account.AccountUsages;
import dev.argyle.server.account.Outcome;
import dev.argyle.server.config.Attributes;
import dev.argyle.server.session.SessionRig.Kind;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.EndedConnection;
import dev.argyle.wire.UserName;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients of accounts with limits, at a server in this process, on either kind of sockets. */
@Timeout(60)
@Tag("play")
class AccountLimitsTest {

  private static final String NOT_ALLOWED = "05 02 00 01 00 00 00 00 00 00";

  @TempDir Path data;

  private SessionRig open(Kind kind) throws Exception {
    return open(kind, "");
  }

  private SessionRig open(Kind kind, String rules) throws Exception {
    SessionRig rig = new SessionRig(kind, data, "authentication: [password]", rules);
    rig.addUser("ana", "secret");
    return rig;
  }

  private static void set(SessionRig rig, String... pairs) {
    Map<String, @Nullable String> values = new TreeMap<>();
    for (String pair : pairs) {
      int equals = pair.indexOf('=');
      String value = pair.substring(equals + 1);
      values.put(pair.substring(0, equals), value.isEmpty() ? null : value);
    }
    assertThat(rig.accounts.setAttributes(UserName.of("ana"), values))
        .isEqualTo(new Outcome.Done());
  }

  /** A client that has logged in and asked; its request is refused. */
  private static void expectRefusal(SessionRig rig, Socket client) throws Exception {
    send(client, "05 01 02");
    expect(client, "05 02");
    send(client, credentials("ana", "secret"));
    expect(client, "01 00");
    send(client, rig.connectRequest());
    expect(client, NOT_ALLOWED);
    expectEnd(client);
  }

  private static void expectRefusal(
      SessionRig rig, int connections, EndReason reason, Counter counter) throws Exception {
    try (Socket client = rig.connect()) {
      expectRefusal(rig, client);
    }
    EndedConnection ended = rig.ended(connections);
    assertThat(ended.reason()).isEqualTo(reason);
    assertThat(ended.reply()).isEqualTo(2);
    assertThat(ended.user()).isEqualTo("ana");
    assertThat(rig.count(counter)).isEqualTo(1);
    Awaitility.await()
        .until(
            () ->
                rig.securityLog().stream()
                    .anyMatch(
                        line -> line.contains("refused client=127.0.0.1 reason=" + reason.word())));
  }

  @ParameterizedTest
  @CsvSource({
    "expires=2020-01-01T00:00:00Z, ACCOUNT_EXPIRED, REFUSED_ACCOUNT_EXPIRED",
    "from=192.0.2.0/24, ACCOUNT_FROM, REFUSED_ACCOUNT_FROM",
  })
  void whoMayNotComeIsRefusedWithItsReason(String limit, EndReason reason, Counter counter)
      throws Exception {
    try (SessionRig rig = open(Kind.LINUX)) {
      set(rig, limit);
      expectRefusal(rig, 1, reason, counter);
    }
  }

  @ParameterizedTest
  @EnumSource
  void oneConnectionMoreIsRefusedUntilOneHasEnded(Kind kind) throws Exception {
    try (SessionRig rig = open(kind)) {
      set(rig, "connections=1");
      try (Socket client = rig.tunnelOf("ana", "secret");
          Socket target = rig.accept()) {
        expectRefusal(rig, 1, EndReason.ACCOUNT_FULL, Counter.REFUSED_ACCOUNT_FULL);
        target.getOutputStream().write(7);
        assertThat(client.getInputStream().read()).isEqualTo(7);
      }
      rig.ended(2);
      try (Socket client = rig.tunnelOf("ana", "secret");
          Socket target = rig.accept()) {
        target.getOutputStream().write(8);
        assertThat(client.getInputStream().read()).isEqualTo(8);
      }
    }
  }

  /** Joined as the server joins them. */
  private SessionRig openCounting(Kind kind) throws Exception {
    SessionRig rig = open(kind);
    AccountUsages usages = rig.accounts.usages();
    rig.admission.accounts().countedBy(usages::find, ZoneOffset.UTC);
    usages.start(ZoneOffset.UTC, rig.admission.accounts()::periodOfUsage, () -> {});
    return rig;
  }

  @ParameterizedTest
  @EnumSource
  void whatHasSpentItsQuotaEndsAndWhatComesIsRefused(Kind kind) throws Exception {
    try (SessionRig rig = openCounting(kind)) {
      set(rig, "quota.octets=64KiB", "quota.counts=down", "quota.period=total");
      try (Socket client = rig.tunnelOf("ana", "secret");
          Socket target = rig.accept()) {
        byte[] some = new byte[200_000];
        target.getOutputStream().write(some);
        assertThat(readUntilTheEnd(client)).isEqualTo(65_536);
        assertThat(rig.ended(1).reason()).isEqualTo(EndReason.ACCOUNT_QUOTA);
      }
      expectRefusal(rig, 2, EndReason.ACCOUNT_QUOTA, Counter.REFUSED_ACCOUNT_QUOTA);
      set(rig, "usage=reset");
      try (Socket client = rig.tunnelOf("ana", "secret");
          Socket target = rig.accept()) {
        target.getOutputStream().write(7);
        assertThat(client.getInputStream().read()).isEqualTo(7);
      }
    }
  }

  private static int readUntilTheEnd(Socket client) throws Exception {
    byte[] some = new byte[65_536];
    int total = 0;
    try {
      for (int got = client.getInputStream().read(some);
          got > 0;
          got = client.getInputStream().read(some)) {
        total += got;
      }
    } catch (SocketException reset) {
      // a tunnel that is ended is reset
    }
    return total;
  }

  @ParameterizedTest
  @EnumSource
  void whatWaitsAtASpentQuotaGoesOnAsItIsRaised(Kind kind) throws Exception {
    try (SessionRig rig = openCounting(kind)) {
      set(rig, "quota.octets=16KiB", "quota.then=1KiB", "quota.period=total");
      try (Socket client = rig.tunnelOf("ana", "secret");
          Socket target = rig.accept()) {
        target.getOutputStream().write(new byte[400_000]);
        assertThat(client.getInputStream().readNBytes(16_384)).hasSize(16_384);
        set(rig, "quota.octets=1MiB");
        assertThat(client.getInputStream().readNBytes(383_616)).hasSize(383_616);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoComesFromTheAccountsNetworkNeedsNoPassword(Kind kind) throws Exception {
    try (SessionRig rig = open(kind)) {
      set(rig, "from=127.0.0.1", "from-mode=address-only", "connections=1");
      try (Socket client = rig.connect()) {
        send(client, "05 01 02"); // who does not offer to go without it is asked as others are
        expect(client, "05 02");
      }
      rig.ended(1);
      try (Socket client = rig.connect()) {
        send(client, "05 02 00 02");
        expect(client, "05 00");
        send(client, rig.connectRequest());
        try (Socket target = rig.accept()) {
          expect(client, "05 00 00 01");
          target.getOutputStream().write(7);
          client.getInputStream().readNBytes(6);
          assertThat(client.getInputStream().read()).isEqualTo(7);
          assertThat(rig.telemetry.connections().of("ana")).hasSize(1);
        }
      }
      assertThat(rig.ended(2).user()).isEqualTo("ana");
      set(rig, "from=192.0.2.0/24");
      try (Socket client = rig.connect()) {
        send(client, "05 01 00");
        expect(client, "05 FF");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void itsOwnRulesAreAskedAsSoonAsItHasThem(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "rules: [{ allow: false, users: ['@kids'] }]")) {
      try (Socket _ = rig.tunnelOf("ana", "secret");
          Socket _ = rig.accept()) {
        set(rig, "rules=kids");
      }
      rig.ended(1);
      try (Socket client = rig.connect()) {
        expectRefusal(rig, client);
      }
      EndedConnection ended = rig.ended(2);
      assertThat(ended.reason()).isEqualTo(EndReason.REFUSED_BY_RULE);
      assertThat(ended.detail()).contains("rule 1");
    }
  }

  @ParameterizedTest
  @EnumSource
  void theOldestEndsForTheNewest(Kind kind) throws Exception {
    try (SessionRig rig = open(kind)) {
      set(rig, "connections=1", "when-full=end-oldest");
      try (Socket first = rig.tunnelOf("ana", "secret");
          Socket _ = rig.accept();
          Socket second = rig.tunnelOf("ana", "secret");
          Socket target = rig.accept()) {
        expectEndOrReset(first);
        assertThat(rig.ended(1).reason()).isEqualTo(EndReason.ACCOUNT_REPLACED);
        target.getOutputStream().write(7);
        assertThat(second.getInputStream().read()).isEqualTo(7);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsOpenEndsAsItsAccountGetsALimitAgainstIt(Kind kind) throws Exception {
    try (SessionRig rig = open(kind);
        Socket client = rig.tunnelOf("ana", "secret");
        Socket _ = rig.accept()) {
      set(rig, "from=192.0.2.0/24");
      expectEndOrReset(client);
      assertThat(rig.ended(1).reason()).isEqualTo(EndReason.ACCOUNT_FROM);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsOpenEndsAsItsAccountExpires(Kind kind) throws Exception {
    try (SessionRig rig = open(kind);
        Socket client = rig.tunnelOf("ana", "secret");
        Socket _ = rig.accept()) {
      set(rig, "expires=" + Instant.now().plusMillis(500));
      expectEndOrReset(client);
      assertThat(rig.ended(1).reason()).isEqualTo(EndReason.ACCOUNT_EXPIRED);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoseRequestIsUnderWayAsItsAccountExpiresIsToldSo(Kind kind) throws Exception {
    try (SessionRig rig = open(kind);
        Socket client = rig.connect()) {
      send(client, "05 01 02");
      expect(client, "05 02");
      send(client, credentials("ana", "secret"));
      expect(client, "01 00");
      send(client, "05 01 00 03 01 78 00 50"); // its name is looked up as long as it is waited for
      Awaitility.await().until(() -> rig.lookups.get() == 1);
      set(rig, "expires=2020-01-01T00:00:00Z");
      expect(client, NOT_ALLOWED);
      expectEnd(client);
      assertThat(rig.lookupsCancelled.get()).isEqualTo(1);
      client.close();
      EndedConnection ended = rig.ended(1);
      assertThat(ended.reason()).isEqualTo(EndReason.ACCOUNT_EXPIRED);
      assertThat(ended.reply()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void planThatIsReadAgainHoldsForWhatIsOpen(Kind kind) throws Exception {
    try (SessionRig rig = open(kind)) {
      set(rig, "plan=basic");
      try (Socket client = rig.tunnelOf("ana", "secret");
          Socket _ = rig.accept()) {
        rig.admission
            .accounts()
            .plans(Map.of("basic", Attributes.NONE.with("expires", "2020-01-01")));
        expectEndOrReset(client);
        assertThat(rig.ended(1).reason()).isEqualTo(EndReason.ACCOUNT_EXPIRED);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void tunnelThatIsOpenIsCountedAndLimitedFromItsAccountsFirstLimitOn(Kind kind) throws Exception {
    try (SessionRig rig = open(kind);
        Socket client = rig.tunnelOf("ana", "secret");
        Socket target = rig.accept()) {
      set(rig, "connections=1", "rate.up=1KiB", "rate.burst=16KiB");
      Awaitility.await().until(() -> rig.admission.accounts().size() == 1);
      client.getOutputStream().write(new byte[64 * 1024]);
      Awaitility.await().until(() -> rig.count(Counter.RATE_WAITS) > 0);
      expectRefusal(rig, 1, EndReason.ACCOUNT_FULL, Counter.REFUSED_ACCOUNT_FULL);
      assertThat(target.getInputStream().readNBytes(8 * 1024)).hasSize(8 * 1024);
      set(rig, "rate.up=", "rate.burst=");
      assertThat(target.getInputStream().readNBytes(56 * 1024)).hasSize(56 * 1024);
    }
  }

  @ParameterizedTest
  @EnumSource
  void accountsWithoutLimitsAreNotInTheTable(Kind kind) throws Exception {
    try (SessionRig rig = open(kind);
        Socket client = rig.tunnelOf("ana", "secret");
        Socket target = rig.accept()) {
      client.getOutputStream().write(7);
      assertThat(target.getInputStream().read()).isEqualTo(7);
      assertThat(rig.admission.accounts().size()).isZero();
    }
  }
}
