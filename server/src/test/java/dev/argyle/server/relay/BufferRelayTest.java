package dev.argyle.server.relay;

/** The buffer relay keeps the contract of every tunnel. */
class BufferRelayTest extends TunnelContract {

  @Override
  TunnelRig rig() throws Exception {
    return new NioRig();
  }
}
