package dev.argyle.wire.socks;

import dev.argyle.wire.Decoded;
import dev.argyle.wire.Destination;
import dev.argyle.wire.Writable;
import java.nio.ByteBuffer;

/**
 * What precedes the payload of a datagram between client and relay (RFC 1928, section 7), 8 to 262
 * octets.
 *
 * <pre>
 *   RSV 0000 | FRAG | ATYP | DST.ADDR | DST.PORT | DATA
 * </pre>
 *
 * @param fragment 0: a datagram on its own; else the low 7 bits are the position in a sequence, and
 *     the high bit says that it is the last
 * @param destination from the client, where the payload goes; to the client, where it came from
 */
public record UdpHeader(int fragment, Destination destination) implements Writable {

  public UdpHeader {
    if (fragment < 0 || fragment > 0xFF) {
      throw new IllegalArgumentException("FRAG is one octet, not " + fragment);
    }
  }

  /**
   * Reads the header of a datagram. On Message the position is behind it: what is left is the
   * payload, and may be nothing. Otherwise it has not moved.
   *
   * @param in a whole datagram; not kept
   * @return never NeedMore, for no more will come: a header cut short is Malformed, as are RSV
   *     other than 0000, an unknown ATYP and an empty name. Such a datagram is dropped without an
   *     answer.
   */
  public static Decoded<UdpHeader, Void> read(ByteBuffer in) {
    int start = in.position();
    if (in.remaining() < 4) {
      return truncated();
    }
    if (in.get(start) != 0 || in.get(start + 1) != 0) {
      return new Decoded.Malformed<>(null, "RSV is not 0000");
    }
    int fragment = Byte.toUnsignedInt(in.get(start + 2));
    return switch (Destination.read(in.position(start + 3))) {
      case Decoded.Message<Destination, Void>(Destination destination) ->
          new Decoded.Message<>(new UdpHeader(fragment, destination));
      case Decoded.NeedMore<Destination, Void> unfinished -> {
        in.position(start);
        yield truncated();
      }
      case Decoded.Malformed<Destination, Void> malformed -> {
        in.position(start);
        yield new Decoded.Malformed<>(null, malformed.reason());
      }
    };
  }

  /**
   * The length of the header that {@link #read} would find in {@code octets} octets from {@code
   * at}; 0 where it would find none. Makes no object, for there is one for every datagram.
   */
  public static int lengthIn(ByteBuffer in, int at, int octets) {
    if (octets < 4 || in.get(at) != 0 || in.get(at + 1) != 0) {
      return 0;
    }
    int length =
        switch (in.get(at + 3)) {
          case Destination.IPV4 -> 3 + 1 + 4 + 2;
          case Destination.IPV6 -> 3 + 1 + 16 + 2;
          case Destination.NAME ->
              octets == 4 || in.get(at + 4) == 0
                  ? 0
                  : 3 + 1 + 1 + Byte.toUnsignedInt(in.get(at + 4)) + 2;
          default -> 0;
        };
    return octets < length ? 0 : length;
  }

  private static Decoded<UdpHeader, Void> truncated() {
    return new Decoded.Malformed<>(null, "the header is cut short");
  }

  @Override
  public int length() {
    return 3 + destination.length();
  }

  @Override
  public void write(ByteBuffer out) {
    out.put((byte) 0).put((byte) 0).put((byte) fragment);
    destination.write(out);
  }
}
