package dev.argyle.server.session.gssapi;

import dev.argyle.wire.Writable;
import dev.argyle.wire.gssapi.GssapiFrame.Purpose;
import dev.argyle.wire.gssapi.GssapiFrame.Token;

/**
 * What a sealed session takes from its handshake into its tunnel.
 *
 * @param frames may hold the beginning of a frame
 * @param payload plain octets that came behind the request, in its own frame; nobody changes it
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record Sealing(Seal seal, FrameAssembly frames, byte[] payload) {

  /** A message in a frame of its own; it is short. */
  public Writable frame(Writable message) {
    byte[] plain = message.octets();
    return new Token(Purpose.DATA, seal.wrap(plain, 0, plain.length));
  }

  /** Whether payload, or the beginning of it, came with the request. */
  public boolean holdsPayload() {
    return payload.length > 0 || frames.isInside();
  }
}
