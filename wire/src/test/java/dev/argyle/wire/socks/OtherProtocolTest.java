package dev.argyle.wire.socks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class OtherProtocolTest {

  private static ByteBuffer octets(String latin1) {
    return ByteBuffer.wrap(("x" + latin1).getBytes(StandardCharsets.ISO_8859_1)).position(1);
  }

  @ParameterizedTest
  @CsvSource({
    "'\u0004', SOCKS_4",
    "'\u0016\u0003', TLS",
    "'GET ', HTTP",
    "'CONNECT a:443 HTTP/1.1', HTTP",
    "'GETTING', UNKNOWN",
    "'SSH-2.0', UNKNOWN",
    "'\u0001', UNKNOWN",
    "'\u00FF', UNKNOWN"
  })
  void firstOctetsTell(String sent, OtherProtocol protocol) {
    ByteBuffer in = octets(sent);
    assertThat(OtherProtocol.maySpeakSocks5(in)).isFalse();
    assertThat(OtherProtocol.of(in)).isEqualTo(protocol);
    assertThat(in.position()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"G", "GET", "P", "CONNECT", "PRI * HTTP/"})
  void wordThatMayBecomeAMethodIsWaitedFor(String sent) {
    assertThat(OtherProtocol.of(octets(sent))).isNull();
  }

  @Test
  void socks5AndNothingYetAreNoOtherProtocol() {
    assertThat(OtherProtocol.maySpeakSocks5(octets(""))).isTrue();
    assertThat(OtherProtocol.maySpeakSocks5(octets("\u0005"))).isTrue();
  }

  @Test
  void answersAreWholeAndShort() {
    byte[] http = Objects.requireNonNull(OtherProtocol.HTTP.answer()).octets();
    String text = new String(http, StandardCharsets.US_ASCII);
    assertThat(text).startsWith("HTTP/1.1 501 ").hasSizeLessThanOrEqualTo(1024);
    int body = text.indexOf("\r\n\r\n") + 4;
    assertThat(text).contains("Content-Length: " + (text.length() - body) + "\r\n");
    assertThat(Objects.requireNonNull(OtherProtocol.SOCKS_4.answer()).octets())
        .containsExactly(0, 0x5B, 0, 0, 0, 0, 0, 0);
    assertThat(OtherProtocol.TLS.answer()).isNull();
    assertThat(OtherProtocol.UNKNOWN.answer()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "01 04 6A 61 76 61 00, 7",
    "01 04 6A 61 76 61 00 05 01, 7",
    "01 04 6A 61 76 61 01, 0",
    "01 04 6A 61 76 61, 0",
    "01 00 00, 0",
    "01, 0",
    "02 01 61 00, 0"
  })
  void nameWithoutAPasswordIsRecognisedWithItsLength(String hex, int length) {
    ByteBuffer in = ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));
    assertThat(Credentials.lengthWithoutPassword(in)).isEqualTo(length);
    assertThat(in.position()).isZero();
  }
}
