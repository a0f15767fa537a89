package dev.argyle.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("property")
@net.jqwik.api.Tag("property")
class DestinationTest {

  private static final ReaderContract<Destination, Void> CONTRACT =
      new ReaderContract<>(Destination::read);

  @Property(tries = 500)
  void isReadAsItWasWritten(
      @ForAll("destinations") Destination destination, @ForAll byte[] trailing) {
    assertThat(destination.octets()).hasSize(destination.length());
    assertThat(destination.length()).isLessThanOrEqualTo(Destination.MAX_LENGTH);
    CONTRACT.holdsFor(destination, destination.octets(), trailing);
  }

  @Property(tries = 500)
  void anyOctetsAreReadWithoutAnException(@ForAll("octets") byte[] octets) {
    CONTRACT.holdsForAnything(octets);
  }

  @Provide
  Arbitrary<Destination> destinations() {
    return Arbitrarily.destinations();
  }

  @Provide
  Arbitrary<byte[]> octets() {
    return Arbitraries.oneOf(
        Arbitrarily.likelyOctets(40),
        Arbitrarily.octets(0, 300),
        Arbitrarily.damaged(Arbitrarily.destinations()));
  }

  @Test
  void mappedAddressStaysSixteenOctets() {
    byte[] octets = HexFormat.of().parseHex("0400000000000000000000FFFFC00002010050");
    assertThat(Destination.read(ByteBuffer.wrap(octets)))
        .isInstanceOfSatisfying(
            Decoded.Message.class,
            message -> {
              Destination destination = (Destination) message.value();
              assertThat(destination.host()).isInstanceOf(Host.Ipv6.class);
              assertThat(destination.octets()).isEqualTo(octets);
            });
  }

  @Test
  void nameThatLooksLikeAnAddressStaysAName() {
    Destination destination = new Destination(new Host.Name("127.0.0.1"), 80);
    assertThat(destination.octets()).hasSize(13);
    CONTRACT.holdsFor(destination, destination.octets(), new byte[0]);
  }

  @Test
  void unspecifiedIsAllZeros() {
    assertThat(Destination.UNSPECIFIED.octets()).containsExactly(1, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void socketAddressKeepsItsFamilyAndAnUnresolvedOneItsName() throws Exception {
    assertThat(Destination.of(new InetSocketAddress(InetAddress.getByName("192.0.2.1"), 80)))
        .hasToString("192.0.2.1:80");
    assertThat(Destination.of(new InetSocketAddress(InetAddress.getByName("2001:db8::1"), 80)))
        .hasToString("[2001:db8::1]:80");
    assertThat(Destination.of(InetSocketAddress.createUnresolved("example.org", 443)))
        .isEqualTo(new Destination(new Host.Name("example.org"), 443));
  }

  @Test
  void scopeOfThisMachineIsNotShown() throws Exception {
    byte[] linkLocal = new byte[16];
    linkLocal[0] = (byte) 0xFE;
    linkLocal[1] = (byte) 0x80;
    assertThat(new Host.Ipv6(Inet6Address.getByAddress(null, linkLocal, 3)).text())
        .isEqualTo("fe80::");
  }

  @Test
  void whatCannotBeSentCannotBeMade() {
    assertThatThrownBy(() -> new Host.Name("")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Host.Name("x".repeat(256)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Host.Name("\u0100")).isInstanceOf(IllegalArgumentException.class);
    Host longest = new Host.Name("\u00FF".repeat(255));
    assertThat(new Destination(longest, 0xFFFF).octets()).hasSize(Destination.MAX_LENGTH);
    assertThatThrownBy(() -> new Destination(longest, 0x10000))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Destination(longest, -1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
