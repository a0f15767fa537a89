package dev.argyle.server.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.server.relay.TunnelRig.Kind;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndReason;
import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tunnels whose octets are transformed on other threads: the contract, and how they break. */
@Timeout(60)
@Tag("play")
class TransformedTunnelTest {

  private static TunnelRig rig(Kind kind) throws Exception {
    return new TunnelRig(kind, new Doubling());
  }

  @Nested
  @Tag("play")
  class OnLinux extends TunnelContract {
    @Override
    protected TunnelRig rig() throws Exception {
      return TransformedTunnelTest.rig(Kind.LINUX);
    }
  }

  @Nested
  @Tag("play")
  class OnNio extends TunnelContract {
    @Override
    protected TunnelRig rig() throws Exception {
      return TransformedTunnelTest.rig(Kind.NIO);
    }
  }

  private static void assertReset(Socket socket) {
    assertThatThrownBy(() -> socket.getInputStream().readAllBytes())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("reset");
  }

  @ParameterizedTest
  @EnumSource
  void whatCannotBeTransformedResetsBothSides(Kind kind) throws Exception {
    try (TunnelRig rig = rig(kind)) {
      rig.start();
      rig.wrapped.getOutputStream().write(new byte[] {1, ~1, 2, 2});
      assertReset(rig.remote);
      assertReset(rig.client);
      assertThat(rig.ends.reason(rig)).isEqualTo(EndReason.SEAL_BROKEN);
      assertThat(rig.count(Counter.RESETS_PASSED_ON)).isEqualTo(1);
      rig.assertNothingIsLeft();
    }
  }

  @ParameterizedTest
  @EnumSource
  void streamThatEndsInsideAnOctetResetsBothSidesBehindTheOthers(Kind kind) throws Exception {
    try (TunnelRig rig = rig(kind)) {
      rig.start();
      rig.wrapped.getOutputStream().write(new byte[] {1, ~1});
      assertThat(rig.remote.getInputStream().read()).isEqualTo(1);
      rig.wrapped.getOutputStream().write(2);
      rig.wrapped.shutdownOutput();
      assertReset(rig.remote);
      assertReset(rig.client);
      assertThat(rig.ends.reason(rig)).isEqualTo(EndReason.RESET_BY_CLIENT);
    }
  }
}
