package dev.argyle.server.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.telemetry.Counter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The contract between sockets of NIO. */
@Tag("play")
class NioTunnelTest extends TunnelContract {

  @Override
  protected TunnelRig rig() throws Exception {
    return new TunnelRig(TunnelRig.Kind.NIO, null);
  }

  @Test
  void withoutRoomOnTheHeapEveryOctetArrivesInSmallSteps() throws Exception {
    try (TunnelRig rig = rig()) {
      rig.othersHoldAllBut(0);
      passesBothWays(rig);
      assertThat(rig.count(Counter.CAREFUL_READS)).isPositive();
    }
  }
}
