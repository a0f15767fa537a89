package dev.argyle.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class TypedTest {

  private static Typed typed(byte... octets) {
    return new Typed(new ByteArrayInputStream(octets));
  }

  @Test
  void charactersOfUtf8AreWhole() throws IOException {
    Typed typed = typed("aé€😀".getBytes(StandardCharsets.UTF_8));
    assertThat(typed.read(0)).isEqualTo('a');
    assertThat(typed.read(0)).isEqualTo('é');
    assertThat(typed.read(50)).isEqualTo('€');
    assertThat(typed.read(0)).isEqualTo(0x1F600);
    assertThat(typed.read(0)).as("the end").isEqualTo(-1);
  }

  @Test
  void whatIsNoUtf8IsReplaced() throws IOException {
    assertThat(typed((byte) 0x80).read(0)).isEqualTo(0xFFFD);
    assertThat(typed((byte) 0xE2).read(0)).isEqualTo(0xFFFD);
  }

  @Test
  void nothingInTimeIsSaid() throws IOException {
    assertThat(typed().read(10)).isEqualTo(-2);
  }
}
