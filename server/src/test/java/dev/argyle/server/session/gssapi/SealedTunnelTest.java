package dev.argyle.server.session.gssapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.server.relay.TunnelContract;
import dev.argyle.server.relay.TunnelRig;
import dev.argyle.server.relay.TunnelRig.Kind;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.wire.gssapi.GssapiFrame.Abort;
import dev.argyle.wire.gssapi.GssapiFrame.Purpose;
import dev.argyle.wire.gssapi.GssapiFrame.Token;
import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tunnels whose client's side is wrapped: the contract, and how they break. */
@Timeout(60)
@Tag("play")
class SealedTunnelTest {

  @Nested
  @Tag("play")
  class OnLinux extends TunnelContract {
    @Override
    protected TunnelRig rig() throws Exception {
      return new TunnelRig(Kind.LINUX, SealedWrapping.transparent());
    }
  }

  @Nested
  @Tag("play")
  class OnNio extends TunnelContract {
    @Override
    protected TunnelRig rig() throws Exception {
      return new TunnelRig(Kind.NIO, SealedWrapping.transparent());
    }
  }

  @Nested
  @Tag("play")
  class ByKerberosOnLinux extends TunnelContract {
    @Override
    protected TunnelRig rig() throws Exception {
      return new TunnelRig(Kind.LINUX, SealedWrapping.kerberos());
    }
  }

  @Nested
  @Tag("play")
  class ByKerberosOnNio extends TunnelContract {
    @Override
    protected TunnelRig rig() throws Exception {
      return new TunnelRig(Kind.NIO, SealedWrapping.kerberos());
    }
  }

  private static void assertReset(Socket socket) {
    assertThatThrownBy(() -> socket.getInputStream().readAllBytes())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("reset");
  }

  /** What a client may send that was not agreed. */
  private enum Wrong {
    ABORT(EndReason.ABORTED, new Abort().octets()),
    NO_FRAME(EndReason.SEAL_BROKEN, 'G', 'E', 'T'),
    OTHER_PURPOSE(EndReason.SEAL_BROKEN, new Token(Purpose.CONTEXT, new byte[3]).octets()),
    FORGED(EndReason.SEAL_BROKEN, new Token(Purpose.DATA, new byte[3]).octets()),
    LARGE_AND_FORGED(EndReason.SEAL_BROKEN, new Token(Purpose.DATA, new byte[20_000]).octets());

    private final EndReason reason;
    private final byte[] octets;

    Wrong(EndReason reason, int... octets) {
      this(reason, new byte[octets.length]);
      for (int i = 0; i < octets.length; i++) {
        this.octets[i] = (byte) octets[i];
      }
    }

    Wrong(EndReason reason, byte[] octets) {
      this.reason = reason;
      this.octets = octets;
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatWasNotAgreedIsToldOnceAndResetsBothSides(Wrong wrong) throws Exception {
    for (Kind kind : Kind.values()) {
      SealedWrapping wrapping = SealedWrapping.transparent();
      try (TunnelRig rig = new TunnelRig(kind, wrapping)) {
        rig.start();
        rig.wrapped.getOutputStream().write(wrapping.frame(new byte[] {42}));
        assertThat(rig.remote.getInputStream().read()).isEqualTo(42);
        rig.wrapped.getOutputStream().write(wrong.octets);
        assertReset(rig.remote);
        assertReset(rig.client);
        assertThat(rig.reason()).isEqualTo(wrong.reason);
        assertThat(rig.count(Counter.RESETS_PASSED_ON)).isEqualTo(1);
        assertThat(wrapping.broken).containsExactly(wrong.reason);
        rig.assertNothingIsLeft();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void streamThatEndsInsideAFrameIsAResetAndNoBrokenSeal(Kind kind) throws Exception {
    SealedWrapping wrapping = SealedWrapping.transparent();
    try (TunnelRig rig = new TunnelRig(kind, wrapping)) {
      rig.start();
      byte[] frame = wrapping.frame(new byte[100]);
      rig.wrapped.getOutputStream().write(frame);
      assertThat(rig.remote.getInputStream().readNBytes(100)).hasSize(100);
      rig.wrapped.getOutputStream().write(Arrays.copyOf(frame, 50));
      rig.wrapped.shutdownOutput();
      assertReset(rig.remote);
      assertReset(rig.client);
      assertThat(rig.reason()).isEqualTo(EndReason.RESET_BY_CLIENT);
      assertThat(wrapping.broken).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void framesThatCarryNothingPassNothing(Kind kind) throws Exception {
    SealedWrapping wrapping = SealedWrapping.transparent();
    try (TunnelRig rig = new TunnelRig(kind, wrapping)) {
      rig.start();
      for (int i = 0; i < 10_000; i++) {
        rig.wrapped.getOutputStream().write(wrapping.frame(new byte[0]));
      }
      rig.wrapped.getOutputStream().write(wrapping.frame(new byte[] {7}));
      assertThat(rig.remote.getInputStream().read()).isEqualTo(7);
    }
  }
}
