package dev.argyle.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.wire.Addresses;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class NetworkTest {

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8,10.0.0.0/8",
    "192.0.2.1,192.0.2.1/32",
    "0.0.0.0/0,0.0.0.0/0",
    "::/0,::/0",
    "2001:DB8:0:0:0:0:0:0/32,2001:db8::/32",
    "::1,::1/128",
    "2001:db8:0:1:1:1:1:1,2001:db8:0:1:1:1:1:1/128",
    "2001:0:0:1:0:0:0:1,2001:0:0:1::1/128",
    "::ffff:10.0.0.0/104,10.0.0.0/8",
    "::ffff:127.0.0.1,127.0.0.1/32",
  })
  void networksAreReadAndWrittenInTheirUsualForm(String text, String written) {
    assertThat(Network.parse(text)).hasToString(written);
    assertThat(Network.parse(written)).isEqualTo(Network.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/8/8",
        "10.0/8",
        "10.0.0.1/8",
        "::/129",
        "::1/64",
        "::ffff:10.0.0.0/95",
        "fe80::1%eth0",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "2130706433",
        "a.example/8",
        "1.2.3.4.5",
        ":::",
        "256.0.0.0"
      })
  void whatIsNoNetworkIsRefused(String text) {
    assertThatThrownBy(() -> Network.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("\"" + text + "\" ");
  }

  @ParameterizedTest
  @CsvSource({
    "10.128.0.0/9,10.255.255.255,true",
    "10.128.0.0/9,10.127.255.255,false",
    "0.0.0.0/0,::1,false",
    "2001:db8::/33,2001:db8:7fff::,true",
    "2001:db8::/33,2001:db8:8000::,false",
    "192.0.2.1/32,192.0.2.1,true",
    "192.0.2.1/32,192.0.2.0,false",
  })
  void anAddressIsInsideWhenItsLeadingBitsAreTheSame(String network, String address, boolean in) {
    assertThat(Network.parse(network).contains(Objects.requireNonNull(Addresses.parse(address))))
        .isEqualTo(in);
  }
}
