package dev.argyle.wire.bottler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.wire.Decoded;
import dev.argyle.wire.UserName;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("property")
@net.jqwik.api.Tag("property")
class BottlerTokenTest {

  private static final String DIGITS = "0123456789ABCDEF";

  @Property
  void digitsOfEitherCaseAreTheToken(@ForAll @Size(8) byte[] octets) {
    BottlerToken token = BottlerToken.of(octets);

    assertThat(token.hex()).hasSize(16).isUpperCase();
    assertThat(BottlerToken.ofHex(token.hex())).isEqualTo(token).hasSameHashCodeAs(token);
    assertThat(BottlerToken.ofHex(token.hex().toLowerCase(Locale.ROOT))).isEqualTo(token);
  }

  @Property
  void tokensThatDifferInOneBitDiffer(@ForAll @Size(8) byte[] octets, @ForAll byte bit) {
    byte[] other = octets.clone();
    other[Byte.toUnsignedInt(bit) / 32] ^= (byte) (1 << (bit & 7));

    assertThat(BottlerToken.of(octets)).isNotEqualTo(BottlerToken.of(other));
  }

  @ParameterizedTest(name = "\"{0}\"")
  @ValueSource(
      strings = {
        "",
        "0123456789ABCDE",
        "0123456789ABCDEF0",
        "0123456789ABCDEG",
        "0123456789ABCDE ",
        "+123456789ABCDEF",
        "0x23456789ABCDEF",
        "\u0660123456789ABCDE"
      })
  void everythingElseIsNoTokenAndIsNotShown(String digits) {
    assertThatThrownBy(() -> BottlerToken.ofHex(digits))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a token has 16 hexadecimal digits")
        .hasNoCause();
  }

  @Test
  void aTokenHasEightOctets() {
    for (int length : new int[] {0, 7, 9}) {
      assertThatThrownBy(() -> BottlerToken.of(new byte[length]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void theArrayItIsMadeOfIsNotItsOwn() {
    byte[] octets = HexFormat.of().parseHex(DIGITS);
    BottlerToken token = BottlerToken.of(octets);
    Arrays.fill(octets, (byte) 0);

    assertThat(token.hex()).isEqualTo(DIGITS);
  }

  @Test
  void itIsASecret() {
    assertThat(BottlerToken.ofHex(DIGITS)).hasToString("BottlerToken[********]");
  }

  @Test
  void aDatagramIsTheTokenAndTheRequest() {
    BottlerToken token = BottlerToken.ofHex(DIGITS);
    BottlerRequest request = new BottlerRequest.DeleteUser(UserName.of("ana"));
    byte[] datagram = request.datagram(token);

    assertThat(HexFormat.of().withUpperCase().formatHex(datagram))
        .isEqualTo("01" + DIGITS + "0B03616E61");
    ByteBuffer in = ByteBuffer.wrap(datagram);
    assertThat(BottlerToken.read(in)).isEqualTo(new Decoded.Message<>(token));
    assertThat(BottlerRequest.read(in)).isEqualTo(new Decoded.Message<>(request));
    assertThat(in.hasRemaining()).isFalse();
  }

  @ParameterizedTest(name = "datagram {0}")
  @ValueSource(
      strings = {"", "01", "010123456789ABCDEF", "000123456789ABCDEF00", "020123456789ABCDEF00"})
  void aDatagramThatIsTooShortOrOfAnotherVersionHasNoAnswer(String octets) {
    ByteBuffer in = ByteBuffer.wrap(HexFormat.of().parseHex(octets));

    assertThat(BottlerToken.read(in))
        .isInstanceOfSatisfying(
            Decoded.Malformed.class, malformed -> assertThat(malformed.answer()).isNull());
    assertThat(in.position()).isZero();
  }
}
