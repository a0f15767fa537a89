package dev.argyle.server.relay;

/** The contract between sockets of NIO. */
class NioTunnelTest extends TunnelContract {

  @Override
  protected TunnelRig rig() throws Exception {
    return new TunnelRig(TunnelRig.Kind.NIO, null);
  }
}
