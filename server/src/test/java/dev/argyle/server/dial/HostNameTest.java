package dev.argyle.server.dial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.wire.Host;
import java.net.Inet6Address;
import java.net.InetAddress;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("property")
@net.jqwik.api.Tag("property")
class HostNameTest {

  @ParameterizedTest
  @ValueSource(strings = {"128/25.2.0.192.in-addr.arpa.", "a~b.example", "_dmarc.a.example", "*.x"})
  void anAliasMayHaveCharactersThatNoHostNameHas(String text) {
    assertThat(HostName.alias(text)).isEqualTo(HostName.normal(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "a..b", "a b.example", "a\u00e9.example", "192.0.2.1", "::1"})
  void whatIsNoNameOrNotPrintableIsNoAlias(String text) {
    assertThat(HostName.alias(text)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1",
    "0.0.0.0, 0.0.0.0",
    "255.255.255.255, 255.255.255.255",
    "::1, 0:0:0:0:0:0:0:1",
    "[::1], 0:0:0:0:0:0:0:1",
    "2001:DB8::A, 2001:db8:0:0:0:0:0:a",
    "::ffff:127.0.0.1, 127.0.0.1",
    "64:ff9b::192.0.2.1, 64:ff9b:0:0:0:0:c000:201"
  })
  void literalsAreAddresses(String text, String address) {
    assertThat(HostName.of(text))
        .isInstanceOfSatisfying(
            HostName.Literal.class,
            literal -> assertThat(literal.address().getHostAddress()).isEqualTo(address));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0177.0.0.1",
        "127.1",
        "127.0.1",
        "0x7f.1",
        "0x7f.0.0.1",
        "0x7f000001",
        "2130706433",
        "017700000001",
        "127.0.0.01",
        "127.0.0.1.",
        "256.0.0.1",
        "1.2.3.4.5",
        "1.2.3.",
        ".1.2.3",
        "[127.0.0.1]",
        "::ffff:0177.0.0.1",
        "fe80::1%eth0",
        "fe80::1%1",
        "[::1",
        "::1]",
        "[[::1]]",
        ":::",
        "1::2::3",
        "12345::",
        "example.0x",
        "example.1"
      })
  void otherWritingsOfAddressesAreNeitherAddressNorName(String text) {
    assertThat(HostName.of(text)).isInstanceOf(HostName.Invalid.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "a..b",
        ".a",
        "a..",
        "a b",
        " a",
        "a\u0000",
        "a\n",
        "a/b",
        "a:b",
        "a@b",
        "*.a",
        "b\u00fccher.example",
        "a\u007f",
        "a,b",
        "'a'",
        "\u212a.example", // the Kelvin sign, whose lower case is k
        "a%b"
      })
  void whatCannotBeANameIsNotAskedFor(String text) {
    assertThat(HostName.of(text)).isInstanceOf(HostName.Invalid.class);
  }

  @ParameterizedTest
  @CsvSource({
    "example.org, example.org",
    "EXAMPLE.Org., example.org",
    "localhost, localhost",
    "_srv.a-b.x_y, _srv.a-b.x_y",
    "xn--bcher-kva.example, xn--bcher-kva.example",
    "1.2.3.4.example, 1.2.3.4.example",
    "3com.com, 3com.com",
    "1e100.net, 1e100.net",
    "a.0xg, a.0xg"
  })
  void namesAreLowerCaseWithoutTrailingDot(String text, String name) {
    assertThat(HostName.of(text)).isEqualTo(new HostName.Name(name));
  }

  @Test
  void aLabelHasAtMost63Octets() {
    assertThat(HostName.of("a".repeat(63) + ".org")).isInstanceOf(HostName.Name.class);
    assertThat(HostName.of("a".repeat(64) + ".org")).isInstanceOf(HostName.Invalid.class);
  }

  @Test
  void aNameHasAtMost253Octets() {
    String name = ("a".repeat(49) + ".").repeat(5) + "abc";
    assertThat(name).hasSize(253);
    assertThat(HostName.of(name)).isInstanceOf(HostName.Name.class);
    assertThat(HostName.of(name + ".")).isEqualTo(HostName.of(name));
    assertThat(HostName.of(name + "d")).isInstanceOf(HostName.Invalid.class);
  }

  @Property
  void everyAddressIsReadBackFromItsText(@ForAll byte[] seed) throws Exception {
    byte[] octets = java.util.Arrays.copyOf(seed, seed.length % 2 == 0 ? 4 : 16);
    InetAddress address = InetAddress.getByAddress(octets);
    assertThat(HostName.of(address.getHostAddress())).isEqualTo(new HostName.Literal(address));
  }

  @Test
  void aMappedAddressIsTheIpv4AddressThatItMaps() throws Exception {
    byte[] octets = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, (byte) 192, 0, 2, 1};
    Host mapped = new Host.Ipv6(Inet6Address.getByAddress(null, octets, -1));
    assertThat(HostName.of(mapped)).isEqualTo(new HostName.Literal(Literals.ip("192.0.2.1")));
    assertThat(HostName.of(new Host.Name("::ffff:192.0.2.1"))).isEqualTo(HostName.of(mapped));
  }

  @Property
  void noTextThrows(@ForAll String text) {
    assertThat(HostName.of(text)).isNotNull();
  }
}
