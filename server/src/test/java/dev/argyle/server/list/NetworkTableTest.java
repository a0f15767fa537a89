package dev.argyle.server.list;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

/** The sorted networks against a look at each. */
@Tag("property")
class NetworkTableTest {

  /**
   * Bits at both ends of both halves, so that networks are inside and beside each other.
   *
   * @param length of the network; of an address it means nothing
   */
  record Bits(long high, long low, int length) {

    Bits masked() {
      return new Bits(high & mask(length), low & mask(length - Long.SIZE), length);
    }

    private static long mask(int bits) {
      return bits <= 0 ? 0 : bits >= Long.SIZE ? -1 : -1L << Long.SIZE - bits;
    }

    boolean holds(Bits address) {
      return new Bits(address.high, address.low, length).masked().equals(this);
    }
  }

  @Property(tries = 2_000, edgeCases = EdgeCasesMode.NONE)
  void answersAsALookAtEachNetworkDoes(
      @ForAll("bits") List<Bits> some, @ForAll("bits") List<Bits> addresses) {
    List<Bits> networks = some.stream().map(Bits::masked).toList();
    NetworkTable.Builder builder = new NetworkTable.Builder();
    networks.forEach(network -> builder.add(network.high, network.low, network.length));
    NetworkTable table = builder.build();
    for (Bits address : addresses) {
      assertThat(table.holds(address.high, address.low))
          .as("%s in %s", address, networks)
          .isEqualTo(networks.stream().anyMatch(network -> network.holds(address)));
    }
    assertThat(table.heapOctets()).isLessThanOrEqualTo(17L * networks.size());
  }

  @Provide
  Arbitrary<List<Bits>> bits() {
    Arbitrary<Long> half =
        Arbitraries.of(
            0L, 1L, 2L, 3L, -1L, -2L, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 62, 1L << 32);
    return net.jqwik.api.Combinators.combine(
            half, half, Arbitraries.of(0, 1, 2, 3, 32, 62, 63, 64, 65, 66, 126, 127, 128))
        .as(Bits::new)
        .list()
        .ofMaxSize(20);
  }
}
