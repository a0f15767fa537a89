package dev.argyle.server.session.gssapi;

import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.wire.Decoded;
import dev.argyle.wire.gssapi.GssapiFrame;
import dev.argyle.wire.gssapi.GssapiFrame.Abort;
import dev.argyle.wire.gssapi.GssapiFrame.Purpose;
import dev.argyle.wire.gssapi.GssapiFrame.Token;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What comes from a sealed client (RFC 1961, section 5): frames in, plain octets out. A stream that
 * ends inside a frame was cut, as by a reset.
 */
final class UnwrapTransform extends BatchTransform {

  /** What a token counts for besides its octets: even empty ones are held in a bounded number. */
  private static final int OVERHEAD_OCTETS = 32;

  private final Seal seal;
  private final FrameAssembly frames;
  private final Consumer<Ending> broken;

  UnwrapTransform(Sealing sealing, Consumer<Ending> broken) {
    super(OVERHEAD_OCTETS);
    this.seal = sealing.seal();
    this.frames = sealing.frames();
    this.broken = broken;
    first(sealing.payload());
  }

  @Override
  public void take(ByteBuffer octets) {
    while (octets.hasRemaining() && failure() == null) {
      switch (frames.next(octets)) {
        case Decoded.NeedMore<GssapiFrame, Abort> _ -> {}
        case Decoded.Malformed<GssapiFrame, Abort> malformed ->
            fail(EndReason.SEAL_BROKEN, malformed.reason());
        case Decoded.Message<GssapiFrame, Abort>(Abort()) ->
            fail(EndReason.ABORTED, "the client sent an abort");
        case Decoded.Message<GssapiFrame, Abort>(Token(Purpose purpose, byte[] token)) -> {
          if (purpose == Purpose.DATA) {
            add(token);
          } else {
            fail(EndReason.SEAL_BROKEN, "a frame of another kind where wrapped data is due");
          }
        }
      }
    }
    goOn();
  }

  @Override
  public int heldOctets() {
    return super.heldOctets() + frames.heldOctets();
  }

  @Override
  Chunk transform(List<byte[]> batch) throws SealBroken {
    List<byte[]> pieces = new ArrayList<>(batch.size());
    for (byte[] token : batch) {
      pieces.add(seal.unwrap(token));
    }
    byte[] plain = joined(pieces);
    return new Chunk(plain, plain.length);
  }

  @Override
  void failed(Ending why) {
    broken.accept(why);
  }

  @Override
  public @Nullable EndReason failure() {
    boolean cut = ended() && frames.isInside();
    return cut ? EndReason.RESET_BY_CLIENT : super.failure();
  }
}
