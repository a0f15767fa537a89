package dev.argyle.server.relay;

import org.junit.jupiter.api.Tag;

/** The contract between sockets of NIO. */
@Tag("play")
class NioTunnelTest extends TunnelContract {

  @Override
  protected TunnelRig rig() throws Exception {
    return new TunnelRig(TunnelRig.Kind.NIO, null);
  }
}
