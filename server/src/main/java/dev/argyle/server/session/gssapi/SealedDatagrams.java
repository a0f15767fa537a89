package dev.argyle.server.session.gssapi;

import dev.argyle.server.udp.DatagramSeal;
import dev.argyle.wire.gssapi.GssapiFrame;
import java.nio.ByteBuffer;

/**
 * Datagrams of a sealed client: each is one frame (RFC 1961, section 5). They are wrapped and
 * unwrapped on the loop, for one costs at most half a millisecond, and the association takes few
 * before others have their turn.
 */
final class SealedDatagrams implements DatagramSeal {

  private static final int HEADER_OCTETS = 4;
  private static final int VERSION_AND_DATA = 0x0103;

  private final Seal seal;

  SealedDatagrams(Seal seal) {
    this.seal = seal;
  }

  @Override
  public int unwrap(ByteBuffer memory, int at, int octets) {
    int length = octets - HEADER_OCTETS;
    if (length < 0
        || memory.getShort(at) != VERSION_AND_DATA
        || Short.toUnsignedInt(memory.getShort(at + 2)) != length) {
      return NOTHING;
    }
    byte[] token = new byte[length];
    memory.get(at + HEADER_OCTETS, token);
    try {
      byte[] plain = seal.unwrapDatagram(token);
      memory.put(at, plain);
      return plain.length;
    } catch (SealBroken forged) {
      return NOTHING;
    }
  }

  @Override
  public int wrap(ByteBuffer memory, int at, int octets) {
    byte[] plain = new byte[octets];
    memory.get(at, plain);
    byte[] token = seal.wrap(plain, 0, octets);
    if (token.length > GssapiFrame.MAX_TOKEN_OCTETS) {
      return NOTHING;
    }
    memory.putShort(at, (short) VERSION_AND_DATA).putShort(at + 2, (short) token.length);
    memory.put(at + HEADER_OCTETS, token);
    return HEADER_OCTETS + token.length;
  }
}
