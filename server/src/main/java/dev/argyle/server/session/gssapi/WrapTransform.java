package dev.argyle.server.session.gssapi;

import dev.argyle.wire.gssapi.GssapiFrame.Purpose;
import dev.argyle.wire.gssapi.GssapiFrame.Token;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What goes to a sealed client (RFC 1961, section 5): plain octets in, frames out. */
final class WrapTransform extends BatchTransform {

  private final Seal seal;

  WrapTransform(Seal seal) {
    super(0);
    this.seal = seal;
  }

  @Override
  public void take(ByteBuffer octets) {
    byte[] piece = new byte[octets.remaining()];
    octets.get(piece);
    add(piece);
    goOn();
  }

  /** In as few frames as possible, all of one size: a receive is often a little more than one. */
  @Override
  Chunk transform(List<byte[]> batch) {
    byte[] plain = joined(batch);
    int most = seal.maxPlainOctets();
    int pieces = (plain.length + most - 1) / most;
    List<Token> tokens = new ArrayList<>(pieces);
    int octets = 0;
    for (int piece = 0; piece < pieces; piece++) {
      int from = (int) ((long) plain.length * piece / pieces);
      int to = (int) ((long) plain.length * (piece + 1) / pieces);
      Token token = new Token(Purpose.DATA, seal.wrap(plain, from, to - from));
      tokens.add(token);
      octets += token.length();
    }
    ByteBuffer frames = ByteBuffer.allocate(octets);
    for (Token token : tokens) {
      token.write(frames);
    }
    return new Chunk(frames.array(), plain.length);
  }
}
