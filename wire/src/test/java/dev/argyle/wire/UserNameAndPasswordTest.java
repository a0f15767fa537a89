package dev.argyle.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class UserNameAndPasswordTest {

  @Test
  void haveOneTo255Octets() {
    assertThat(new UserName("a".repeat(255)).octets()).hasSize(256);
    assertThat(new Password(new byte[255]).octets()).hasSize(256);
    assertThatThrownBy(() -> new UserName("")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new UserName("a".repeat(256)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new UserName("\u0100")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Password(new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Password(new byte[256]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void inRequestsAreAscii() {
    assertThat(new UserName("\u007F").requireAscii().isAscii()).isTrue();
    assertThatThrownBy(() -> new UserName("\u0080").requireAscii())
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Password(new byte[] {(byte) 0x80}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void namesAreSortedByOctets() {
    assertThat(new UserName("ZZ")).isLessThan(new UserName("a"));
    assertThat(new UserName("z")).isLessThan(new UserName("\u00F1"));
    assertThat(new UserName("a")).isLessThan(new UserName("aa"));
  }

  @Test
  void passwordIsNotShown() {
    assertThat(new Password(new byte[] {'l', 'l'})).hasToString("********");
  }
}
