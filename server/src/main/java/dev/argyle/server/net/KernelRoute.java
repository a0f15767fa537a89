package dev.argyle.server.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;

/** The kernel's routing table, as far as a program may ask it. */
public final class KernelRoute {

  private static final int DISCARD_PORT = 9; // any but 0 would do

  private KernelRoute() {}

  /**
   * The local address that the kernel would use towards a peer: a datagram socket that is connected
   * gets it, and nothing is sent.
   *
   * @throws ErrnoException there is no route
   */
  public static InetAddress towards(InetAddress peer) throws ErrnoException {
    try (DatagramChannel probe = DatagramChannel.open(NioSocketLoop.family(peer))) {
      probe.connect(new InetSocketAddress(peer, DISCARD_PORT));
      InetAddress local = ((InetSocketAddress) probe.getLocalAddress()).getAddress();
      if (local.isAnyLocalAddress()) {
        throw new ErrnoException(Errno.ENETUNREACH);
      }
      return local;
    } catch (UnsupportedOperationException noSuchFamily) {
      throw new ErrnoException(Errno.EAFNOSUPPORT);
    } catch (ErrnoException known) {
      throw known;
    } catch (IOException refused) {
      throw new ErrnoException(NioErrno.of(refused));
    }
  }
}
