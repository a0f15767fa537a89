package dev.argyle.wire.gssapi;

import dev.argyle.wire.Fuzzed;
import dev.argyle.wire.Fuzzed.Written;
import java.nio.ByteBuffer;

/** Fuzz target: frames, as many as there are. */
public final class GssapiFuzz {

  private GssapiFuzz() {}

  /** Called by Jazzer and by {@code CorpusTest}. */
  public static void fuzzerTestOneInput(byte[] input) {
    ByteBuffer in = ByteBuffer.wrap(input);
    while (Fuzzed.message(GssapiFrame::read, in, _ -> Written.SAME_OCTETS) != null) {
      Fuzzed.check(in.position() > 0, "no progress");
    }
  }
}
