package dev.argyle.server.session.gssapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.wire.Decoded;
import dev.argyle.wire.gssapi.GssapiFrame;
import dev.argyle.wire.gssapi.GssapiFrame.Abort;
import dev.argyle.wire.gssapi.GssapiFrame.Purpose;
import dev.argyle.wire.gssapi.GssapiFrame.Token;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("property")
@net.jqwik.api.Tag("property")
class FrameAssemblyTest {

  private static List<GssapiFrame> frames(Random random) {
    List<GssapiFrame> frames = new ArrayList<>();
    for (int i = random.nextInt(6); i >= 0; i--) {
      int[] lengths = {0, 1, random.nextInt(300), 4096, 4097, random.nextInt(65_536), 65_535};
      byte[] token = new byte[lengths[random.nextInt(lengths.length)]];
      random.nextBytes(token);
      frames.add(new Token(Purpose.values()[random.nextInt(3)], token));
    }
    frames.add(new Abort());
    return frames;
  }

  @Property(tries = 200)
  void cutAnywhereTheSameFramesComeOut(@ForAll long seed) {
    Random random = new Random(seed);
    List<GssapiFrame> sent = frames(random);
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    sent.forEach(frame -> octets.writeBytes(frame.octets()));
    FrameAssembly assembly = new FrameAssembly();
    int largest = random.nextBoolean() ? 3 : 70_000;
    List<GssapiFrame> got = new ArrayList<>();
    byte[] all = octets.toByteArray();
    for (int from = 0; from < all.length; ) {
      int length = Math.min(all.length - from, 1 + random.nextInt(largest));
      ByteBuffer in = ByteBuffer.wrap(all, from, length);
      while (assembly.next(in) instanceof Decoded.Message<GssapiFrame, Abort>(GssapiFrame frame)) {
        got.add(frame);
      }
      assertThat(in.hasRemaining()).isFalse();
      from += length;
    }
    assertThat(got).isEqualTo(sent);
    assertThat(assembly.isInside()).isFalse();
  }

  @Test
  void whatIsNoFrameIsKnownByItsFirstOctets() {
    for (byte[] wrong : new byte[][] {{5}, {1, 4}, {1, 0}}) {
      assertThat(new FrameAssembly().next(ByteBuffer.wrap(wrong)))
          .isInstanceOf(Decoded.Malformed.class);
    }
  }

  @Test
  void lengthThatIsOnlyClaimedTakesNoMemory() {
    FrameAssembly assembly = new FrameAssembly();
    assembly.next(ByteBuffer.wrap(new byte[] {1, 1, -1, -1, 7}));
    assertThat(assembly.isInside()).isTrue();
    assertThat(assembly.heldOctets()).isLessThanOrEqualTo(1024);
  }
}
