package dev.argyle.server.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.rate.AccountRates;
import dev.argyle.server.relay.TunnelRig.Kind;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndReason;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tunnels of an account with a rate, between real sockets of either kind. */
@Timeout(60)
@Tag("play")
class LimitedTunnelTest {

  private static final long MIB = 1 << 20;
  private static final long BURST = 256 * 1024;

  /** Sends so many octets of a pattern, and the end of the stream. */
  private static Thread sends(Socket to, int octets) {
    return Thread.ofPlatform()
        .start(
            () -> {
              try {
                OutputStream out = to.getOutputStream();
                for (int at = 0; at < octets; at += 1 << 16) {
                  out.write(pattern(at, Math.min(1 << 16, octets - at)));
                }
                to.shutdownOutput();
              } catch (java.io.IOException broken) {
                throw new java.io.UncheckedIOException(broken);
              }
            });
  }

  private static byte[] pattern(int from, int length) {
    byte[] octets = new byte[length];
    for (int i = 0; i < length; i++) {
      octets[i] = (byte) ((from + i) * 31 + (from + i) / 251);
    }
    return octets;
  }

  /**
   * Receives all, whole and unchanged; by the test's own clock, never more than rate and burst
   * allow.
   */
  private static void pass(Socket to, Socket from, int octets, long perSecond, long burst)
      throws Exception {
    long begin = System.nanoTime();
    sends(to, octets);
    receives(from, octets, perSecond, burst, begin);
  }

  private static void receives(Socket from, int octets, long perSecond, long burst, long begin)
      throws Exception {
    InputStream in = from.getInputStream();
    byte[] buffer = new byte[1 << 16];
    int at = 0;
    for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
      assertThat(java.util.Arrays.copyOf(buffer, got)).isEqualTo(pattern(at, got));
      at += got;
      double seconds = (System.nanoTime() - begin) / 1e9;
      assertThat((double) at).isLessThanOrEqualTo(perSecond * seconds + burst);
    }
    assertThat(at).isEqualTo(octets);
  }

  private static TunnelRig limited(Kind kind, @Nullable AccountRates rates) throws Exception {
    TunnelRig rig = new TunnelRig(kind, null);
    rig.ends.rates = rates;
    rig.start();
    return rig;
  }

  @ParameterizedTest
  @EnumSource
  void streamOfEitherDirectionKeepsToItsRateAndComesWhole(Kind kind) throws Exception {
    AccountRates rates = new AccountRates();
    rates.limit(4 * MIB, 8 * MIB, BURST, System.nanoTime());
    try (TunnelRig rig = limited(kind, rates)) {
      pass(rig.client, rig.remote, (int) MIB, 4 * MIB, BURST);
      pass(rig.remote, rig.client, (int) (2 * MIB), 8 * MIB, BURST);
      assertThat(rig.count(Counter.RATE_WAITS)).isPositive();
    }
  }

  @ParameterizedTest
  @EnumSource
  void fastStreamStillSplicesAndComesWhole(Kind kind) throws Exception {
    AccountRates rates = new AccountRates();
    rates.limit(64 * MIB, 64 * MIB, 0, System.nanoTime());
    try (TunnelRig rig = limited(kind, rates)) {
      pass(rig.client, rig.remote, (int) (32 * MIB), 64 * MIB, 64 * MIB / 10);
      rig.assertNoPipeIsLent();
    }
  }

  @ParameterizedTest
  @EnumSource
  void limitThatIsSetLaterHoldsAndOneThatIsLiftedDoesNot(Kind kind) throws Exception {
    try (TunnelRig rig = limited(kind, null)) {
      AccountRates rates = new AccountRates();
      rates.limit(64 * 1024, 0, 64 * 1024, System.nanoTime());
      rig.onLoop(() -> rig.tunnel().limit(rates));
      sends(rig.client, (int) (8 * MIB));
      Awaitility.await().until(() -> rig.count(Counter.RATE_WAITS) > 0);
      rates.limit(0, 0, 0, System.nanoTime());
      receives(rig.remote, (int) (8 * MIB), 1, 8 * MIB, System.nanoTime());
    }
  }

  @ParameterizedTest
  @EnumSource
  void otherDirectionIsNotHeldUpAndAWaitingTunnelEndsAtOnce(Kind kind) throws Exception {
    AccountRates rates = new AccountRates();
    rates.limit(1024, 0, 16 * 1024, System.nanoTime());
    try (TunnelRig rig = limited(kind, rates)) {
      sends(rig.client, (int) MIB);
      Awaitility.await().until(() -> rig.count(Counter.RATE_WAITS) > 0);
      rig.remote.getOutputStream().write(pattern(0, 100));
      assertThat(rig.client.getInputStream().readNBytes(100)).isEqualTo(pattern(0, 100));
      rig.end(EndReason.KILLED);
      rig.assertNothingIsLeft();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aResetIsNoticedWhileTheRateIsWaitedFor(Kind kind) throws Exception {
    AccountRates rates = new AccountRates();
    rates.limit(1024, 1024, 16 * 1024, System.nanoTime());
    try (TunnelRig rig = limited(kind, rates)) {
      rig.client.getOutputStream().write(pattern(0, 64 * 1024)); // more than its rate passes soon
      Awaitility.await().until(() -> rig.count(Counter.RATE_WAITS) > 0);
      rig.remote.setSoLinger(true, 0);
      rig.remote.close();
      assertThat(rig.ends.reason(rig)).isEqualTo(EndReason.RESET_BY_DESTINATION);
      rig.assertNothingIsLeft();
    }
  }

  @ParameterizedTest
  @EnumSource
  void wrappedStreamKeepsToItsRateAsWell(Kind kind) throws Exception {
    AccountRates rates = new AccountRates();
    rates.limit(2 * MIB, 2 * MIB, BURST, System.nanoTime());
    try (TunnelRig rig = new TunnelRig(kind, new Doubling())) {
      rig.ends.rates = rates;
      rig.start();
      pass(rig.client, rig.remote, (int) MIB / 2, 2 * MIB, BURST);
      assertThat(rig.count(Counter.RATE_WAITS)).isPositive();
    }
  }

  @ParameterizedTest
  @EnumSource
  void firstOctetsAreCounted(Kind kind) throws Exception {
    AccountRates rates = new AccountRates();
    rates.limit(1024, 0, 16 * 1024, System.nanoTime());
    try (TunnelRig rig = new TunnelRig(kind, null)) {
      rig.ends.rates = rates;
      rig.start(pattern(0, 16 * 1024));
      sends(rig.client, 64);
      assertThat(rig.remote.getInputStream().readNBytes(16 * 1024))
          .isEqualTo(pattern(0, 16 * 1024));
      Awaitility.await().until(() -> rig.count(Counter.RATE_WAITS) > 0);
    }
  }
}
