package dev.argyle.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("property")
@net.jqwik.api.Tag("property")
class AddressesTest {

  private static final Pattern TWO_ZEROS = Pattern.compile("(^|:)0:0(:|$)");

  @Provide
  Arbitrary<InetAddress> addresses() {
    Arbitrary<Byte> mostlyZero = Arbitraries.oneOf(Arbitraries.just((byte) 0), Arbitraries.bytes());
    return Arbitraries.oneOf(
            mostlyZero.array(byte[].class).ofSize(16),
            Arbitraries.bytes().array(byte[].class).ofSize(16),
            Arbitraries.bytes().array(byte[].class).ofSize(4))
        .map(AddressesTest::address);
  }

  private static InetAddress address(byte[] octets) {
    try {
      return octets.length == 4
          ? InetAddress.getByAddress(octets)
          : Inet6Address.getByAddress(null, octets, -1);
    } catch (UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** What is written so is read by anybody, the JDK included, as the same. */
  @Property
  void textIsReadAsTheSameAddress(@ForAll @From("addresses") InetAddress address) {
    String text = Addresses.text(address);

    assertThat(Addresses.parse(text)).isEqualTo(Addresses.normalise(address));
    assertThat(InetAddress.ofLiteral(text)).isEqualTo(Addresses.normalise(address));
  }

  /** RFC 5952, section 4: lower case, no leading zeros, the longest run of zeros is shortened. */
  @Property
  void textIsInTheFormOfRfc5952(@ForAll @From("addresses") InetAddress address) {
    String text = Addresses.text(address);

    assertThat(text).isLowerCase().hasSizeLessThanOrEqualTo(39).doesNotContain("%");
    assertThat(text.split(":")).noneMatch(group -> group.matches("0[0-9a-f]+"));
    if (!text.contains("::")) {
      assertThat(TWO_ZEROS.matcher(text).find()).isFalse();
    }
    assertThat(text.indexOf("::")).isEqualTo(text.lastIndexOf("::"));
  }

  @Property
  void normalisingTwiceIsNormalisingOnce(@ForAll @From("addresses") InetAddress address) {
    InetAddress once = Addresses.normalise(address);

    assertThat(Addresses.normalise(once)).isEqualTo(once);
    assertThat(Addresses.text(address)).endsWith(Addresses.text(once));
  }

  /** Whatever is read here, the JDK reads alike: nobody behind us sees another address in it. */
  @Property(tries = 2000)
  void whatIsReadIsReadAlikeByTheJdk(@ForAll @From("nearlyAddresses") String text) {
    InetAddress read = Addresses.parse(text);

    if (read != null) {
      assertThat(InetAddress.ofLiteral(text)).isEqualTo(read);
    }
  }

  @Provide
  Arbitrary<String> nearlyAddresses() {
    Arbitrary<String> noise =
        Arbitraries.strings().withChars("0123456789abfF:.%[]x ").ofMinLength(1).ofMaxLength(20);
    Arbitrary<String> dotted =
        Arbitraries.integers().between(0, 300).list().ofSize(4).map(AddressesTest::dotted);
    Arbitrary<String> groups =
        Arbitraries.of("", "0", "1", "ffff", "a0")
            .list()
            .ofMinSize(3)
            .ofMaxSize(9)
            .map(parts -> String.join(":", parts));
    Arbitrary<String> mixed = groups.flatMap(front -> dotted.map(back -> front + ":" + back));
    return Arbitraries.oneOf(noise, dotted, groups, mixed);
  }

  private static String dotted(List<Integer> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining("."));
  }

  @ParameterizedTest
  @CsvSource({
    "::, ::",
    "::1, ::1",
    "2001:DB8:0:0:0:0:0:1, 2001:db8::1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1", // a single group of zeros stays
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1", // the longest run
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1", // the first of equals
    "1:0:0:0:0:0:0:0, 1::",
    "::ffff:192.0.2.1, 192.0.2.1",
    "::FFFF:c000:0201, 192.0.2.1",
    "64:ff9b::192.0.2.1, 64:ff9b::c000:201",
    "255.255.255.255, 255.255.255.255",
    "0.0.0.0, 0.0.0.0",
  })
  void everyAddressHasOneText(String written, String text) {
    InetAddress read = Objects.requireNonNull(Addresses.parse(written));

    assertThat(Addresses.text(read)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        ".",
        "...",
        "1.2.3",
        "1.2.3.4.",
        "1.2.3.4.5",
        "01.2.3.4",
        "1.2.3.04",
        "0x1.2.3.4",
        "256.1.1.1",
        "1.2.3.999999999999",
        "2130706433",
        " 1.2.3.4",
        "1.2.3.4 ",
        "::ffff:01.2.3.4",
        "::ffff:1.2.3",
        "1.2.3.4::",
        "::1.2.3.4:1",
        ":::",
        "1::2::3",
        "12345::",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "::1%eth0",
        "::1%1",
        "[::1]",
        "::g",
        "localhost",
        "١.٢.٣.٤"
      })
  void everythingElseIsNotAnAddress(String text) {
    assertThat(Addresses.parse(text)).isNull();
  }

  @Test
  void aMappedAddressIsNormalisedToIpv4AndStillShownAsWhatItIs() {
    byte[] octets = new byte[16];
    octets[10] = octets[11] = -1;
    octets[12] = (byte) 192;
    octets[15] = 7;
    InetAddress mapped = address(octets);

    assertThat(mapped).isInstanceOf(Inet6Address.class);
    assertThat(Addresses.normalise(mapped)).isInstanceOf(Inet4Address.class);
    assertThat(Addresses.text(mapped)).isEqualTo("::ffff:192.0.0.7");
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, true",
    "127.255.0.1, true",
    "::1, true",
    "::ffff:127.0.0.1, true",
    "localhost, true",
    "LOCALHOST, true",
    "0.0.0.0, false",
    "::, false",
    "192.0.2.1, false",
    "localhost.example, false",
    "'', false",
  })
  void aListenerIsOutOfReachOnLoopbackAlone(@Nullable String host, boolean loopback) {
    assertThat(Addresses.isLoopback(String.valueOf(host))).isEqualTo(loopback);
  }
}
