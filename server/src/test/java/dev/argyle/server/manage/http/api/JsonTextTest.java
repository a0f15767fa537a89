package dev.argyle.server.manage.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.wire.UserName;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class JsonTextTest {

  @Test
  void textStandsForItselfAndWhatIsNoUtf8IsShownAsTheLogsDo() {
    assertThat(JsonText.shown("a\\b<\"'>\u0000\u00e4\uD83D\uDE00"))
        .isEqualTo("a\\b<\"'>\u0000\u00e4\uD83D\uDE00");
    assertThat(JsonText.shown(UserName.text(new byte[] {'a', (byte) 0xFF, (byte) 0x80})))
        .isEqualTo("a\\xFF\\x80");
    assertThat(JsonText.shown("\uD83D!\uDC7F")).isEqualTo("\\uD83D!\\uDC7F");
    assertThat(JsonText.host("b\u00c3\u00bccher.example")).isEqualTo("b\u00fccher.example");
    assertThat(JsonText.host("b\u00fccher")).isEqualTo("b\\xFCcher");
  }

  @Test
  void everyOctetIsValidUnicode() throws CharacterCodingException {
    for (int first = 0; first < 256; first++) {
      for (int second = 0; second < 256; second++) {
        String shown = JsonText.shown(UserName.text(new byte[] {(byte) first, (byte) second}));
        StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(shown));
      }
    }
  }

  @Test
  void pathSegmentIsPercentEncodedOctetByOctet() {
    assertThat(JsonText.pathSegment("an-a_0~".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("an-a_0~");
    assertThat(JsonText.pathSegment(new byte[] {'.', '/', '%', ' ', (byte) 0xFF, 0}))
        .isEqualTo("%2E%2F%25%20%FF%00");
  }
}
