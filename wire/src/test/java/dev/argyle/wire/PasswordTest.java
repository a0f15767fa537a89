package dev.argyle.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class PasswordTest {

  @Test
  void hasOneTo255Octets() {
    assertThat(new Password(new byte[255]).octets()).hasSize(256);
    assertThatThrownBy(() -> new Password(new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Password(new byte[256]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void isAscii() {
    assertThatThrownBy(() -> new Password(new byte[] {(byte) 0x80}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void isNotShown() {
    assertThat(new Password(new byte[] {'l', 'l'})).hasToString("********");
  }
}
