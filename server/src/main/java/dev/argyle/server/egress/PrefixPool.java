package dev.argyle.server.egress;

import dev.argyle.server.config.EgressSettings;
import dev.argyle.server.config.Network;
import dev.argyle.server.net.Binding;
import dev.argyle.server.net.Errno;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Every address of a network, but for the first one of IPv6 (the routers', RFC 4291, section 2.6.1)
 * and the first and last one of IPv4. Whether one of them is there is nothing that the system says,
 * so none is set aside.
 */
final class PrefixPool extends Pool {

  /**
   * Odd: multiples of it are all numbers of so many bits, each once, in an order that looks like
   * none.
   */
  private static final long STEP = 0x9E3779B97F4A7C15L;

  private final Network network;
  private final int hostBits;
  private final Binding model;

  PrefixPool(
      String egress,
      EgressSettings settings,
      Network network,
      Binding model,
      LongSupplier nanoTime) {
    super(egress, settings, nanoTime);
    this.network = network;
    this.hostBits = hostBits(network);
    this.model = model;
  }

  private static int hostBits(Network network) {
    return network.address().getAddress().length * 8 - network.prefix();
  }

  /** The addresses of a network that is small enough to list them. */
  static List<InetAddress> list(Network network) {
    int bits = hostBits(network);
    int all = 1 << bits;
    boolean ipv4 = network.address().getAddress().length == 4;
    List<InetAddress> addresses = new ArrayList<>(all);
    for (int host = bits < 2 ? 0 : 1; host < (ipv4 && bits >= 2 ? all - 1 : all); host++) {
      addresses.add(address(network, bits, 0, host));
    }
    return addresses;
  }

  @Override
  Pick at(long number) {
    long low = number * STEP;
    long high = Long.reverse(low * STEP);
    if (hostBits < Long.SIZE) {
      low &= (1L << hostBits) - 1;
      boolean ipv4 = network.address().getAddress().length == 4;
      if (low == 0 || (ipv4 && low == (1L << hostBits) - 1)) {
        low = 1;
      }
    } else if (low == 0) {
      low = 1;
    }
    return new Pick(model.at(address(network, hostBits, high, low)), this, number);
  }

  private static InetAddress address(Network network, int hostBits, long high, long low) {
    byte[] octets = network.address().getAddress();
    ByteBuffer out = ByteBuffer.wrap(octets);
    if (octets.length == 4) {
      out.putInt(0, out.getInt(0) | (int) low);
    } else {
      out.putLong(8, out.getLong(8) | low);
      if (hostBits > Long.SIZE) {
        long mask = -1L >>> (2 * Long.SIZE - hostBits);
        out.putLong(0, out.getLong(0) | (high & mask));
      }
    }
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException bug) {
      throw new IllegalStateException("an address has 4 or 16 octets", bug);
    }
  }

  @Override
  long leastUsed(long from) {
    return from; // a network that is counted is small, and listed
  }

  @Override
  void setAside(Pick gone) {
    tellRefusal(Errno.EADDRNOTAVAIL);
  }

  @Override
  void release(Pick pick) {}
}
