package dev.argyle.server.session.gssapi;

import dev.argyle.server.relay.Transform;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.server.udp.DatagramSeal;
import dev.argyle.wire.Writable;
import dev.argyle.wire.gssapi.GssapiFrame.Purpose;
import dev.argyle.wire.gssapi.GssapiFrame.Token;
import java.util.function.Consumer;

/**
 * What a sealed session takes from its handshake into its tunnel or association.
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

  /** Octets that came with the request and are kept. */
  public int heldOctets() {
    return payload.length + frames.heldOctets();
  }

  /** Whether payload, or the beginning of it, came with the request. */
  public boolean holdsPayload() {
    return payload.length > 0 || frames.isInside();
  }

  /**
   * For what comes from the client: {@link #payload} first.
   *
   * @param broken called once, before the tunnel ends, if the client sends what was not agreed
   *     (SEAL_BROKEN) or gives up (ABORTED)
   */
  public Transform unwrapping(Consumer<Ending> broken) {
    return new UnwrapTransform(this, broken);
  }

  /** For what goes to the client. */
  public Transform wrapping() {
    return new WrapTransform(seal);
  }

  /** For the datagrams of an association. */
  public DatagramSeal datagrams() {
    return new SealedDatagrams(seal);
  }
}
