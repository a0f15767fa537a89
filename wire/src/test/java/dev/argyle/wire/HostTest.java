package dev.argyle.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("property")
@net.jqwik.api.Tag("property")
class HostTest {

  @Provide
  Arbitrary<Host> hosts() {
    return Arbitrarily.hosts();
  }

  /** What is logged and listed can be read back by whoever asks about it. */
  @Property
  void theTextOfAnAddressIsReadAsThatAddress(@ForAll("hosts") Host host) {
    switch (host) {
      case Host.Ipv4(var address) -> assertThat(Addresses.parse(host.text())).isEqualTo(address);
      case Host.Ipv6(var address) ->
          assertThat(Addresses.parse(host.text())).isEqualTo(Addresses.normalise(address));
      case Host.Name(String octets) -> assertThat(host.text()).isEqualTo(octets);
    }
    assertThat(host).hasToString(host.text());
  }

  @ParameterizedTest(name = "{0} is shown as {1}")
  @CsvSource({
    "192.0.2.1, 192.0.2.1:80",
    "2001:db8::1, [2001:db8::1]:80",
    "::, [::]:80",
  })
  void anAddressAndAPortAreShownAsInAUrl(String address, String shown) {
    InetSocketAddress place = new InetSocketAddress(InetAddress.ofLiteral(address), 80);
    assertThat(Destination.of(place)).hasToString(shown);
    assertThat(Destination.of(place).host()).isEqualTo(Host.of(InetAddress.ofLiteral(address)));
  }

  @Test
  void aMappedAddressOnTheWireIsIpv6AndShownAsIpv4InIt() throws Exception {
    byte[] octets = new byte[16];
    octets[10] = octets[11] = -1;
    octets[15] = 9;
    Host mapped = new Host.Ipv6(Inet6Address.getByAddress(null, octets, -1));

    assertThat(mapped.text()).isEqualTo("::ffff:0.0.0.9");
    assertThat(new Destination(mapped, 1).octets()).hasSize(1 + 16 + 2).startsWith(4);
  }
}
