package dev.argyle.server.session.gssapi;

import dev.argyle.wire.Decoded;
import dev.argyle.wire.gssapi.GssapiFrame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Fuzz target: a client's frames, and pieces that they come in. Put together they are what the
 * codec reads of all their octets at once.
 *
 * <p>The first two octets say how long pieces are, in turn.
 */
public final class FramesFuzz {

  private FramesFuzz() {}

  /** Called by Jazzer and by {@code CorpusTest}. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length < 2) {
      return;
    }
    byte[] octets = Arrays.copyOfRange(input, 2, input.length);
    List<Decoded<GssapiFrame, GssapiFrame.Abort>> whole = new ArrayList<>();
    ByteBuffer all = ByteBuffer.wrap(octets);
    boolean ends = false;
    while (!ends) {
      Decoded<GssapiFrame, GssapiFrame.Abort> decoded = GssapiFrame.read(all);
      whole.add(decoded);
      ends = !(decoded instanceof Decoded.Message<GssapiFrame, GssapiFrame.Abort>);
    }
    int[] pieces = {1 + (input[0] & 0x7F), 1 + Byte.toUnsignedInt(input[1])};
    check(whole, assembled(octets, pieces));
    check(whole, assembled(octets, octets.length));
  }

  private static List<Decoded<GssapiFrame, GssapiFrame.Abort>> assembled(
      byte[] octets, int... pieces) {
    FrameAssembly frames = new FrameAssembly();
    List<Decoded<GssapiFrame, GssapiFrame.Abort>> found = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(octets).limit(0);
    for (int turn = 0; ; turn++) {
      Decoded<GssapiFrame, GssapiFrame.Abort> decoded = frames.next(in);
      while (decoded instanceof Decoded.Message<GssapiFrame, GssapiFrame.Abort>) {
        found.add(decoded);
        decoded = frames.next(in);
      }
      boolean malformed = decoded instanceof Decoded.Malformed<GssapiFrame, GssapiFrame.Abort>;
      if (!malformed && in.hasRemaining()) {
        throw new AssertionError("wants more, and has left " + in.remaining());
      }
      if (malformed || in.limit() == octets.length) {
        found.add(decoded);
        return found;
      }
      in.limit(Math.min(octets.length, in.limit() + Math.max(1, pieces[turn % pieces.length])));
    }
  }

  private static void check(Object whole, Object assembled) {
    if (!whole.equals(assembled)) {
      throw new AssertionError("whole " + whole + ", in pieces " + assembled);
    }
  }
}
