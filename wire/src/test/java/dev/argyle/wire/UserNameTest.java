package dev.argyle.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("property")
@net.jqwik.api.Tag("property")
class UserNameTest {

  @Property
  void textGoesBackToTheSameOctets(@ForAll @Size(min = 1, max = 255) byte[] octets) {
    UserName name = UserName.of(octets);

    assertThat(UserName.of(name.text()).octets()).isEqualTo(octets);
    assertThat(UserName.of(name.text())).isEqualTo(name).hasSameHashCodeAs(name);
  }

  @Property
  void escapedIsOneLineAndGoesBackToTheSameOctets(@ForAll @Size(min = 1, max = 255) byte[] octets) {
    String escaped = UserName.of(octets).escaped();

    assertThat(escaped.chars()).noneMatch(Character::isISOControl);
    assertThat(UserName.ofEscaped(escaped.getBytes(StandardCharsets.UTF_8)).octets())
        .isEqualTo(octets);
  }

  @Property
  void differentNamesHaveDifferentTexts(
      @ForAll @Size(min = 1, max = 4) byte[] one, @ForAll @Size(min = 1, max = 4) byte[] other) {
    UserName first = UserName.of(one);
    UserName second = UserName.of(other);

    assertThat(first.text().equals(second.text())).isEqualTo(Arrays.equals(one, other));
    assertThat(first.escaped().equals(second.escaped())).isEqualTo(Arrays.equals(one, other));
  }

  @Property
  void theFieldIsTheLengthAndTheName(@ForAll @Size(min = 1, max = 255) byte[] octets) {
    UserName name = UserName.of(octets);
    ByteBuffer out = ByteBuffer.allocate(name.fieldLength());
    name.write(out);

    assertThat(out.hasRemaining()).isFalse();
    assertThat(out.get(0)).isEqualTo((byte) octets.length);
    assertThat(new Fields(out.flip()).name()).isEqualTo(name);
  }

  @Test
  void neitherTheArrayItIsMadeOfNorTheOneItGivesIsItsOwn() {
    byte[] octets = {'a', 'n', 'a'};
    UserName ana = UserName.of(octets);
    octets[0] = 'e';
    ana.octets()[0] = 'i';

    assertThat(ana).isEqualTo(UserName.of("ana"));
  }

  @Test
  void utf8IsReadableAndOtherOctetsAreNotMistakenForIt() {
    UserName utf8 = UserName.of(new byte[] {(byte) 0xC3, (byte) 0xA9});
    UserName latin = UserName.of(new byte[] {(byte) 0xE9});

    assertThat(utf8.text()).isEqualTo("é");
    assertThat(latin.text()).isNotEqualTo("é");
    assertThat(latin.escaped()).isEqualTo("\\xE9");
  }

  @Test
  void whatWouldForgeALineIsEscaped() {
    UserName forged = UserName.of("a\nb\u202Ec\\d");

    assertThat(forged.escaped()).isEqualTo("a\\x0Ab\\xE2\\x80\\xAEc\\x5Cd");
    assertThat(forged).hasToString(forged.escaped());
  }

  @Test
  void aBackslashThatBeginsNoEscapeStandsForItself() {
    byte[] text = "a\\xZ1\\x4\\".getBytes(StandardCharsets.UTF_8);

    assertThat(UserName.ofEscaped(text).octets()).isEqualTo(text);
  }

  @Test
  void aNameHas1To255Octets() {
    assertThat(UserName.of(new byte[255]).octets()).hasSize(255);
    assertThatThrownBy(() -> UserName.of(new byte[256]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> UserName.of(new byte[0])).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> UserName.of("é".repeat(128)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> UserName.of("\uD800")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void inRequestsItIsAscii() {
    assertThat(UserName.of("\u007F").requireAscii().isAscii()).isTrue();
    assertThatThrownBy(() -> UserName.of("\u0080").requireAscii())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void namesAreOrderedByOctets() {
    assertThat(UserName.of("z")).isLessThan(UserName.of("é"));
    assertThat(UserName.of("Z")).isLessThan(UserName.of("a"));
    assertThat(UserName.of("a")).isLessThan(UserName.of("aa"));
  }
}
