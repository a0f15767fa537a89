package dev.argyle.server.session;

import dev.argyle.server.dial.DialFailure;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;

/**
 * The routing table, as far as a program may ask it: a datagram socket that is connected gets the
 * local address that the kernel would use, and nothing is sent.
 */
enum KernelRoute implements RendezvousPlan.Route {
  TABLE;

  private static final int DISCARD_PORT = 9; // any but 0 would do

  @Override
  public Found towards(InetAddress peer) {
    StandardProtocolFamily family =
        peer instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
    try (DatagramChannel probe = DatagramChannel.open(family)) {
      probe.connect(new InetSocketAddress(peer, DISCARD_PORT));
      InetAddress local = ((InetSocketAddress) probe.getLocalAddress()).getAddress();
      return local.isAnyLocalAddress()
          ? new Found.No(DialFailure.NETWORK_UNREACHABLE)
          : new Found.From(local);
    } catch (UnsupportedOperationException noSuchFamily) {
      return new Found.No(DialFailure.NETWORK_UNREACHABLE);
    } catch (IOException refused) {
      return new Found.No(DialFailure.of(refused));
    }
  }
}
