package dev.argyle.wire.socks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.wire.Decoded;
import dev.argyle.wire.Destination;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong, from which octet on that is known, and what the peer is told. */
@Tag("unit")
class MalformedTest {

  private static final HexFormat HEX = HexFormat.ofDelimiter(" ").withUpperCase();

  @ParameterizedTest(name = "greeting {0}")
  @ValueSource(strings = {"04", "04 01 00 50", "47 45 54 20", "16 03 01", "00", "FF"})
  void firstOctetOtherThanFiveGetsNoAnswer(String octets) {
    assertThat(answer(Greeting.read(in(octets)))).isNull();
  }

  @Test
  void noMethodsAreAnsweredNoneAcceptable() {
    assertThat(answer(Greeting.read(in("05 00")))).isEqualTo(MethodChoice.NONE_ACCEPTABLE);
  }

  @Test
  void unknownMethodsAndDuplicatesAreIgnored() {
    assertThat(Greeting.read(in("05 07 03 80 02 02 FE FF 7F")))
        .isEqualTo(new Decoded.Message<>(new Greeting(Set.of(Method.PASSWORD))));
    assertThat(Greeting.read(in("05 01 FF")))
        .isEqualTo(new Decoded.Message<>(new Greeting(Set.of())));
  }

  @Test
  void greetingThatOffersNothingIsNotSent() {
    Greeting nothing = new Greeting(Set.of());
    assertThatThrownBy(nothing::octets).isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest(name = "credentials {0}")
  @ValueSource(strings = {"00", "02", "05 03 61 6E 61", "01 00", "01 03 61 6E 61 00"})
  void wrongVersionAndEmptyNamesAndPasswordsAreRefused(String octets) {
    assertThat(answer(Credentials.read(in(octets)))).isEqualTo(CredentialsReply.REFUSED);
  }

  @ParameterizedTest(name = "request {0} is answered {1}")
  @CsvSource({
    "00, 01",
    "04, 01",
    "05 00, 07",
    "05 04, 07",
    "05 FF, 07",
    "05 01 01, 01",
    "05 01 FF, 01",
    "05 01 00 00, 08",
    "05 02 00 02, 08",
    "05 03 00 FF, 08",
    "05 01 00 03 00, 01",
  })
  void requestIsAnsweredOnTheFirstOctetThatCannotBeRight(String octets, String code) {
    assertRefused(octets, code);
    byte[] all = HEX.parseHex(octets);
    assertThat(Request.read(ByteBuffer.wrap(all, 0, all.length - 1)))
        .as("an octet earlier it is still open")
        .isEqualTo(Decoded.needMore());
  }

  @ParameterizedTest(name = "request {0} is answered {1}")
  @CsvSource({"04 09 01 09, 01", "05 09 01 09, 07", "05 01 01 09, 01", "05 01 00 09, 08"})
  void ofSeveralMistakesTheFirstDecides(String octets, String code) {
    assertRefused(octets, code);
  }

  @ParameterizedTest(name = "reply {0}")
  @ValueSource(strings = {"04", "05 09", "05 FF", "05 00 01", "05 00 00 02", "05 00 00 03 00"})
  void replyThatMakesNoSenseGetsNoAnswer(String octets) {
    assertThat(answer(Reply.read(in(octets)))).isNull();
  }

  @ParameterizedTest(name = "choice {0}")
  @ValueSource(strings = {"04", "48 54", "05 03", "05 80"})
  void methodThatWeDoNotSpeakCannotBeChosen(String octets) {
    assertThat(answer(MethodChoice.read(in(octets)))).isNull();
  }

  @Test
  void anyStatusButZeroIsARefusal() {
    assertThat(CredentialsReply.read(in("01 00")))
        .isEqualTo(new Decoded.Message<>(CredentialsReply.ACCEPTED));
    assertThat(CredentialsReply.read(in("01 FF")))
        .isEqualTo(new Decoded.Message<>(CredentialsReply.REFUSED));
    assertThat(answer(CredentialsReply.read(in("05")))).isNull();
  }

  @ParameterizedTest(name = "datagram {0}")
  @ValueSource(
      strings = {
        "00",
        "00 00 00",
        "00 00 00 01 7F 00 00 01 00",
        "00 00 00 03",
        "00 00 00 03 00 00 50",
        "00 00 00 02 7F 00 00 01 00 07",
        "00 01 00 01 7F 00 00 01 00 07",
        "01 00 00 01 7F 00 00 01 00 07"
      })
  void datagramWithABadOrTruncatedHeaderIsMalformedForNoMoreWillCome(String octets) {
    ByteBuffer in = in(octets);
    assertThat(answer(UdpHeader.read(in))).isNull();
    assertThat(in.position()).isZero();
  }

  @Test
  void emptyDatagramIsMalformed() {
    assertThat(answer(UdpHeader.read(ByteBuffer.allocate(0)))).isNull();
  }

  @Test
  void whatCannotBeSentCannotBeMade() {
    byte[] one = new byte[1];
    assertThatThrownBy(() -> new Credentials(new byte[0], one))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Credentials(one, new byte[256]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new UdpHeader(256, Destination.UNSPECIFIED))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Reply.failure(ReplyCode.SUCCEEDED))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void passwordIsNotShown() {
    assertThat(new Credentials("ana".getBytes(UTF_8), "lluvia-7".getBytes(UTF_8)).toString())
        .doesNotContain("lluvia")
        .contains("********");
  }

  private static void assertRefused(String octets, String code) {
    Reply reply = (Reply) Objects.requireNonNull(answer(Request.read(in(octets))));
    assertThat(HEX.formatHex(reply.octets())).isEqualTo("05 " + code + " 00 01 00 00 00 00 00 00");
  }

  private static @Nullable Object answer(Decoded<?, ?> decoded) {
    assertThat(decoded).isInstanceOf(Decoded.Malformed.class);
    return ((Decoded.Malformed<?, ?>) decoded).answer();
  }

  private static ByteBuffer in(String octets) {
    return ByteBuffer.wrap(HEX.parseHex(octets));
  }
}
