package dev.argyle.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class FilterTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                | 7 8",
        "'   '             | 7 8",
        "EXAMPLE           | 7 8",
        "user:ana          | 7",
        "user:an           | ''",
        "to:files          | 8",
        "from:192.0.2      | 7 8",
        "port:443          | 7 8",
        "port:44           | ''",
        "rule:3            | 7 8",
        "bob files         | 8",
        "bob example.com   | ''",
        "8                 | 8",
        "nonsense:x        | ''",
      })
  void everyWordMustBeFound(String text, String ids) {
    List<String> found =
        new Filter(text).of(Examples.model().rows()).stream().map(row -> "" + row.id()).toList();
    assertThat(String.join(" ", found)).isEqualTo(ids);
  }
}
