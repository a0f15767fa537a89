package dev.argyle.wire.gssapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.wire.Arbitrarily;
import dev.argyle.wire.Decoded;
import dev.argyle.wire.ReaderContract;
import java.nio.ByteBuffer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("property")
@net.jqwik.api.Tag("property")
class GssapiFrameTest {

  private static final ReaderContract<GssapiFrame, GssapiFrame.Abort> CONTRACT =
      new ReaderContract<>(GssapiFrame::read);

  @Property(tries = 300)
  void isReadAsItWasWritten(@ForAll("frames") GssapiFrame frame, @ForAll byte[] trailing) {
    assertThat(frame.octets()).hasSize(frame.length());
    CONTRACT.holdsFor(frame, frame.octets(), trailing);
  }

  @Property(tries = 1000)
  void anyOctetsDecodeOrWantMoreOrAreAnsweredByAnAbort(@ForAll("octets") byte[] octets) {
    CONTRACT.holdsForAnything(octets);
    if (GssapiFrame.read(ByteBuffer.wrap(octets))
        instanceof Decoded.Malformed<GssapiFrame, GssapiFrame.Abort> malformed) {
      assertThat(malformed.answer()).isNotNull();
    }
  }

  @Provide
  Arbitrary<GssapiFrame> frames() {
    return Arbitraries.oneOf(
        Arbitraries.just(new GssapiFrame.Abort()),
        Combinators.combine(Arbitraries.of(GssapiFrame.Purpose.class), Arbitrarily.octets(0, 600))
            .as(GssapiFrame.Token::new));
  }

  @Provide
  Arbitrary<byte[]> octets() {
    return Arbitraries.oneOf(Arbitrarily.likelyOctets(20), Arbitrarily.damaged(frames()));
  }

  @Test
  void longestTokenHas65535Octets() {
    GssapiFrame longest = new GssapiFrame.Token(GssapiFrame.Purpose.DATA, new byte[0xFFFF]);
    byte[] octets = longest.octets();
    assertThat(octets).hasSize(65539).startsWith(1, 3, 0xFF, 0xFF);
    assertThat(GssapiFrame.read(ByteBuffer.wrap(octets))).isEqualTo(new Decoded.Message<>(longest));
    assertThat(GssapiFrame.read(ByteBuffer.wrap(octets, 0, 65538))).isEqualTo(Decoded.needMore());
    assertThatThrownBy(() -> new GssapiFrame.Token(GssapiFrame.Purpose.DATA, new byte[0x10000]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
