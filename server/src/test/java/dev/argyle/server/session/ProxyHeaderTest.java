package dev.argyle.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class ProxyHeaderTest {

  private static final String SIGNATURE = "0D0A0D0A000D0A515549540A";
  private static final InetSocketAddress FOUR =
      new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 40000);
  private static final InetSocketAddress SIX =
      new InetSocketAddress(InetAddress.ofLiteral("2001:db8::7"), 40000);

  private static byte[] text(String header) {
    return header.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] hex(String octets) {
    return HexFormat.of().parseHex(octets);
  }

  static Stream<Arguments> headers() {
    return Stream.of(
        Arguments.of("1, IPv4", text("PROXY TCP4 192.0.2.7 198.51.100.1 40000 1080\r\n"), FOUR),
        Arguments.of("1, IPv6", text("PROXY TCP6 2001:db8::7 2001:db8::1 40000 1080\r\n"), SIX),
        Arguments.of("1, unknown", text("PROXY UNKNOWN\r\n"), null),
        Arguments.of("2, local", hex(SIGNATURE + "20000000"), null),
        Arguments.of(
            "2, IPv4", hex(SIGNATURE + "2111000C" + "C0000207" + "C6336401" + "9C400438"), FOUR),
        Arguments.of(
            "2, IPv4 and TLVs",
            hex(SIGNATURE + "21110012" + "C0000207" + "C6336401" + "9C400438" + "040003616263"),
            FOUR),
        Arguments.of(
            "2, IPv6",
            hex(
                SIGNATURE
                    + "21210024"
                    + "20010DB8000000000000000000000007"
                    + "20010DB8000000000000000000000001"
                    + "9C400438"),
            SIX));
  }

  @ParameterizedTest(name = "version {0}")
  @MethodSource("headers")
  void aHeaderIsReadWhateverFollowsIt(String name, byte[] header, InetSocketAddress client) {
    assertThat(ProxyHeader.read(header)).isEqualTo(new ProxyHeader.Header(client, header.length));
    byte[] more = Arrays.copyOf(header, header.length + 3);
    more[header.length] = 5;
    more[header.length + 1] = 1;
    assertThat(ProxyHeader.read(more)).isEqualTo(new ProxyHeader.Header(client, header.length));
  }

  @ParameterizedTest(name = "version {0}")
  @MethodSource("headers")
  void everyProperPrefixMayBecomeAHeader(String name, byte[] header, InetSocketAddress client) {
    for (int length = 0; length < header.length; length++) {
      assertThat(ProxyHeader.read(Arrays.copyOf(header, length)))
          .as("%d octets", length)
          .isEqualTo(new ProxyHeader.NeedMore());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.1 40000\r\n",
        "PROXY TCP4 2001:db8::7 198.51.100.1 40000 1080\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.1 70000 1080\r\n",
        "PROXY TCP5 192.0.2.7 198.51.100.1 40000 1080\r\n",
      })
  void whatIsNoHeaderIsRefused(String text) {
    assertThat(ProxyHeader.read(text(text))).isEqualTo(new ProxyHeader.Malformed());
  }

  @Test
  void aGreetingInPlaceOfTheHeaderIsNeverTakenForOne() {
    assertThat(ProxyHeader.read(hex("05010005010001C00002010050474554")))
        .isNotInstanceOf(ProxyHeader.Header.class);
  }

  @Test
  void aLineThatNeverEndsIsNotWaitedForForEver() {
    byte[] line = new byte[ProxyHeader.MAX_OCTETS];
    Arrays.fill(line, (byte) 'x');
    byte[] begin = text("PROXY TCP4 ");
    System.arraycopy(begin, 0, line, 0, begin.length);
    assertThat(ProxyHeader.read(line)).isEqualTo(new ProxyHeader.Malformed());
  }

  @Test
  void aHeaderThatClaimsToBeLongerThanAnyIsRefused() {
    assertThat(ProxyHeader.read(Arrays.copyOf(hex(SIGNATURE + "2111FFFF"), ProxyHeader.MAX_OCTETS)))
        .isEqualTo(new ProxyHeader.Malformed());
  }
}
