package dev.argyle.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class ProcessLimitsTest {

  private static final String LIMITS =
      """
      Limit                     Soft Limit           Hard Limit           Units
      Max processes             96418                96418                processes
      Max open files            %s                 524288               files
      Max locked memory         8388608              8388608              bytes
      """;

  @ParameterizedTest
  @CsvSource({
    "1024, 1024",
    "524288, 524288",
    "9223372036854775807, 2147483647",
    "unlimited, 2147483647"
  })
  void theSoftLimitHolds(String soft, int expected) {
    assertThat(ProcessLimits.descriptors(LIMITS.formatted(soft))).isEqualTo(expected);
  }

  @Test
  void whatCannotBeReadIsNoLimit() {
    assertThat(ProcessLimits.descriptors("")).isEqualTo(Integer.MAX_VALUE);
    assertThat(ProcessLimits.descriptors("Max open files\n")).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void thisProcessHasSome() {
    assertThat(ProcessLimits.descriptors()).isPositive();
  }
}
