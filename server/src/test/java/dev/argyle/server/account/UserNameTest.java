package dev.argyle.server.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class UserNameTest {

  @Property
  void textGoesBackToTheSameOctets(@ForAll @Size(min = 1, max = 255) byte[] octets) {
    UserName name = UserName.of(octets);

    assertThat(UserName.of(name.text()).octets()).isEqualTo(octets);
    assertThat(UserName.of(name.text())).isEqualTo(name);
  }

  @Property
  void whatIsWrittenToAFileIsReadBack(@ForAll @Size(min = 1, max = 255) byte[] octets)
      throws Exception {
    String line = ImportFile.write(UserName.of(octets), Book.CHEAP);

    assertThat(line).doesNotContain("\n").doesNotContain("\r");
    ImportFile.Read read =
        ImportFile.read(new java.io.ByteArrayInputStream(line.getBytes(StandardCharsets.UTF_8)));
    assertThat(read).isInstanceOf(ImportFile.Read.Lines.class);
    assertThat(((ImportFile.Read.Lines) read).lines().getFirst().name().octets()).isEqualTo(octets);
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
    assertThat(UserName.of("a\nb\u202Ec\\d").escaped()).isEqualTo("a\\x0Ab\\xE2\\x80\\xAEc\\x5Cd");
  }

  @Test
  void aNameHas1To255Octets() {
    assertThat(UserName.of(new byte[255]).octets()).hasSize(255);
    assertThatThrownBy(() -> UserName.of(new byte[256]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> UserName.of(new byte[0])).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> UserName.of("é".repeat(128)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void namesAreOrderedByOctets() {
    assertThat(UserName.of("z")).isLessThan(UserName.of("é"));
    assertThat(UserName.of("Z")).isLessThan(UserName.of("a"));
    assertThat(UserName.of("a")).isLessThan(UserName.of("aa"));
  }
}
