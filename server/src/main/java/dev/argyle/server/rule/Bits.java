package dev.argyle.server.rule;

import dev.argyle.wire.Addresses;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An address or a port as a string of bits, left-aligned in 128. Bits of different widths are never
 * compared.
 *
 * @param width 32 (IPv4), 128 (IPv6) or 16 (a port)
 */
record Bits(int width, long high, long low) {

  static final int IPV4 = 32;
  static final int IPV6 = 128;
  static final int PORT = 16;

  private static final long TRANSLATED = 0xffff_0000L;
  private static final long NAT64 = 0x0064_ff9b_0000_0000L;
  private static final long NAT64_LOCAL = 0x0064_ff9b_0001L;
  private static final long SIX_TO_FOUR = 0x2002L;
  private static final long TEREDO = 0x2001_0000L;

  /** The address; an IPv4-mapped one (::ffff:0:0/96) is IPv4, as the kernel dials it. */
  static Bits of(InetAddress address) {
    ByteBuffer octets = ByteBuffer.wrap(Addresses.normalise(address).getAddress());
    return octets.remaining() == 4
        ? ofIpv4(octets.getInt())
        : new Bits(IPV6, octets.getLong(), octets.getLong());
  }

  static Bits ofIpv4(int address) {
    return new Bits(IPV4, (long) address << 32, 0);
  }

  static Bits ofPort(int port) {
    return new Bits(PORT, (long) port << 48, 0);
  }

  /**
   * The IPv4 address that a gateway would take out of this IPv6 address: NAT64 (RFC 6052; of the
   * local-use prefix of RFC 8215 the last 32 bits), 6to4 (RFC 3056), the client of Teredo (RFC
   * 4380), IPv4-compatible (RFC 4291) and IPv4-translated (RFC 2765). Null: there is none.
   */
  @Nullable Bits embedded() {
    if (width != IPV6) {
      return null;
    }
    if (high >>> 48 == SIX_TO_FOUR) {
      return ofIpv4((int) (high >>> 16));
    }
    if (high >>> 32 == TEREDO) {
      return ofIpv4(~(int) low);
    }
    boolean nat64 = high == NAT64 && low >>> 32 == 0;
    boolean nat64Local = high >>> 16 == NAT64_LOCAL;
    boolean translated = high == 0 && low >>> 32 == TRANSLATED;
    boolean compatible = high == 0 && low >>> 32 == 0 && low > 1; // not :: and ::1
    return nat64 || nat64Local || translated || compatible ? ofIpv4((int) low) : null;
  }

  boolean isUnspecified() {
    return high == 0 && low == 0;
  }

  /** The bit at {@code index}, from the left. */
  boolean bit(int index) {
    long half = index < Long.SIZE ? high : low;
    return half << index < 0; // a shift counts modulo 64
  }

  /** How many leading bits are the same, 0 to 128. */
  int common(Bits other) {
    int same = Long.numberOfLeadingZeros(high ^ other.high);
    return same < Long.SIZE ? same : Long.SIZE + Long.numberOfLeadingZeros(low ^ other.low);
  }
}
