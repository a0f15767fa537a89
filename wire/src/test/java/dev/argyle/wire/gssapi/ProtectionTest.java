package dev.argyle.wire.gssapi;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("property")
@net.jqwik.api.Tag("property")
class ProtectionTest {

  @Test
  void levelsAreThoseOfTheRfcAndNone() {
    StringBuilder levels = new StringBuilder();
    for (int octet = 0; octet <= 0xFF; octet++) {
      Protection level = Protection.of(octet);
      if (level != null) {
        assertThat(level.code()).isEqualTo(octet);
        levels.append(level).append(' ');
      }
    }
    assertThat(levels.toString()).isEqualTo("NONE INTEGRITY CONFIDENTIALITY SELECTIVE ");
  }

  /** What was wanted, and what may be granted instead: never less. */
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "NONE, NONE INTEGRITY SELECTIVE CONFIDENTIALITY",
    "INTEGRITY, INTEGRITY SELECTIVE CONFIDENTIALITY",
    "SELECTIVE, SELECTIVE CONFIDENTIALITY",
    "CONFIDENTIALITY, CONFIDENTIALITY",
  })
  void aLevelIsKeptByItselfAndByStrongerOnes(Protection wanted, String granted) {
    for (Protection level : Protection.values()) {
      assertThat(wanted.isKeptBy(level))
          .as("%s by %s", wanted, level)
          .isEqualTo(granted.contains(level.name()));
    }
  }

  @Property
  void ofTwoLevelsOneIsTheStronger(
      @ForAll Protection one, @ForAll Protection other, @ForAll Protection third) {
    assertThat(one.isKeptBy(one)).isTrue();
    assertThat(one.isKeptBy(other) || other.isKeptBy(one)).isTrue();
    if (one.isKeptBy(other) && other.isKeptBy(third)) {
      assertThat(one.isKeptBy(third)).isTrue();
    }
    assertThat(one.isKeptBy(other) && other.isKeptBy(one)).isEqualTo(one == other);
  }

  @Test
  void aSelectiveSideOfOursEncrypts() {
    assertThat(Protection.CONFIDENTIALITY.encrypts()).isTrue();
    assertThat(Protection.SELECTIVE.encrypts()).isTrue();
    assertThat(Protection.INTEGRITY.encrypts()).isFalse();
    assertThat(Protection.NONE.encrypts()).isFalse();
  }
}
