package dev.argyle.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What an operator may see of a malformed message never holds a password. */
@Tag("unit")
class MalformedOctetsTest {

  private static String shown(Handshake.State state, String hex) {
    ByteBuffer in = ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));
    String shown = HexFormat.ofDelimiter(" ").formatHex(MalformedOctets.of(state, in));
    assertThat(in.position()).as("the message is not moved").isZero();
    return shown;
  }

  private static String text(String words) {
    return HexFormat.of().formatHex(words.getBytes(StandardCharsets.US_ASCII));
  }

  @ParameterizedTest
  @CsvSource({
    "GET http://ana:secret@192.0.2.1/ HTTP/1.1, GET",
    "CONNECT a:443 HTTP/1.1 Proxy-Authorization: Basic YW5hOnNlY3JldA==, CONNECT",
    "USER ana PASS secret, USER"
  })
  void aTextProtocolIsNamedByItsFirstWordAlone(String sent, String word) {
    assertThat(shown(Handshake.State.METHODS, text(sent)).replace(" ", "")).isEqualTo(text(word));
  }

  @Test
  void aPasswordSentWithoutAGreetingIsNotShown() {
    assertThat(shown(Handshake.State.METHODS, "01 03 61 6e 61 06 73 65 63 72 65 74"))
        .isEqualTo("01");
  }

  @Test
  void aPasswordSentInPlaceOfARequestIsNotShown() {
    assertThat(shown(Handshake.State.REQUEST, "01 01 61 03 73 65 63")).isEqualTo("01");
    assertThat(shown(Handshake.State.REQUEST, "01 01 61 01 73")).isEqualTo("01");
  }

  @Test
  void aPasswordBehindAnEmptyGreetingIsNotShown() {
    assertThat(shown(Handshake.State.METHODS, "05 00 01 03 61 6e 61 06 73 65 63 72 65 74"))
        .isEqualTo("05 00");
  }

  @Test
  void theUserNameOfSocks4IsNotShown() {
    assertThat(shown(Handshake.State.METHODS, "04 01 00 50 c0 00 02 01 61 6e 61 00"))
        .isEqualTo("04 01 00 50 c0 00 02 01");
  }

  @Test
  void tlsIsShownAsFarAsThereIsRoom() {
    String hello = "160301" + "ab".repeat(100);
    assertThat(shown(Handshake.State.METHODS, hello)).hasSize(64 * 3 - 1).startsWith("16 03 01 ab");
  }

  @ParameterizedTest
  @CsvSource({
    "05 01 00 01 c0 00 02 01 00 50 70 61 79, 05 01 00 01 c0 00 02 01 00 50",
    "05 01 00 03 01 61 00 50 70 61 79, 05 01 00 03 01 61 00 50",
    "05 01 00 09 70 61 79, 05 01 00 09",
    "05 01 00, 05 01 00",
    "05 01 00 03 09 61, 05 01 00 03 09 61"
  })
  void payloadBehindARequestIsNotShown(String sent, String shown) {
    assertThat(shown(Handshake.State.REQUEST, sent)).isEqualTo(shown);
  }

  @Test
  void payloadBehindAnIpv6RequestIsNotShown() {
    String request = "05 01 00 04 " + "20 ".repeat(16) + "00 50";
    assertThat(shown(Handshake.State.REQUEST, request + " 70 61 79")).isEqualTo(request);
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"METHODS", "REQUEST"})
  void nothingIsShownWhereAPasswordOrATokenIsRead(Handshake.State state) {
    assertThat(shown(state, "01 03 61 6e 61 06 73 65 63 72 65 74")).isEmpty();
  }
}
