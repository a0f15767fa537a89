package dev.argyle.server.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.StringLength;

@Tag("property")
class TextTest {

  @Property
  void anyTextComesBack(@ForAll @StringLength(max = 300) String text) {
    ByteBuffer out = ByteBuffer.allocate(1024);
    Text.put(text, 300, out);
    byte[] encoded = Text.encoded(text);
    assertThat(Arrays.copyOfRange(out.array(), out.position() - encoded.length, out.position()))
        .isEqualTo(encoded);
    assertThat(Text.decoded(encoded, 0, encoded.length)).isEqualTo(text);
  }

  @Property
  void surrogatesThatStandForForeignOctetsComeBack(@ForAll char unit) {
    byte[] encoded = Text.encoded("a" + unit + "b");
    assertThat(Text.decoded(encoded, 0, encoded.length)).isEqualTo("a" + unit + "b");
  }

  @Property
  void malformedOctetsGiveSomeText(@ForAll byte[] octets) {
    assertThat(Text.decoded(octets, 0, octets.length).length()).isLessThanOrEqualTo(octets.length);
  }

  @Property
  void aNumberTakesNineOctetsAtMost(@ForAll @LongRange(min = 0) long number) {
    ByteBuffer out = ByteBuffer.allocate(16);
    Text.putNumber(number, out);
    assertThat(out.position()).isBetween(1, Text.LONGEST_NUMBER);
  }
}
