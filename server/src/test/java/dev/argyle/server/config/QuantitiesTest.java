package dev.argyle.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class QuantitiesTest {

  @ParameterizedTest
  @CsvSource({"0,0", "500ms,500", "90s,90000", "2m,120000", "1h,3600000", "1d,86400000", "0s,0"})
  void durationsHaveAUnit(String text, long millis) {
    assertThat(Quantities.duration(text)).hasMillis(millis);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "1.5s", "-1s", "1 s", "1S", "s", "9999999999999s", "1w"})
  void whatIsNoDurationIsRefused(String text) {
    assertThatThrownBy(() -> Quantities.duration(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("90s");
  }

  @ParameterizedTest
  @CsvSource({"0,0", "65536,65536", "64KiB,65536", "1MiB,1048576", "1GiB,1073741824"})
  void sizesAreOctetsOrBinaryUnits(String text, long octets) {
    assertThat(Quantities.octets(text)).isEqualTo(octets);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "64k", "64KB", "-1", "1.5MiB", "KiB"})
  void whatIsNoSizeIsRefused(String text) {
    assertThatThrownBy(() -> Quantities.octets(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("64KiB");
  }
}
