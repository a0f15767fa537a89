package dev.argyle.cli.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.Network;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("property")
class NetworkSetTest {

  private final Random random = new Random(7);

  /** Of 256 addresses, so that sets meet. */
  private NetworkSet any() {
    List<Network> networks = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      networks.addAll(
          NetworkSet.parse("10.0.0." + random.nextInt(256) + "/" + (24 + random.nextInt(9)))
              .networks());
    }
    return NetworkSet.of(networks);
  }

  private static boolean has(NetworkSet set, int last) throws UnknownHostException {
    InetAddress address = InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
    long in = set.networks().stream().filter(network -> network.contains(address)).count();
    assertThat(in).isLessThanOrEqualTo(1); // they do not overlap
    return in == 1;
  }

  @Test
  void setsOfNetworksAreSetsOfAddresses() throws UnknownHostException {
    for (int round = 0; round < 500; round++) {
      NetworkSet one = any();
      NetworkSet other = any();
      for (int last = 0; last < 256; last++) {
        boolean inOne = has(one, last);
        boolean inOther = has(other, last);
        assertThat(has(one.plus(other), last)).isEqualTo(inOne || inOther);
        assertThat(has(one.and(other), last)).isEqualTo(inOne && inOther);
        assertThat(has(one.minus(other), last)).isEqualTo(inOne && !inOther);
      }
    }
  }

  @Test
  void everythingLessAPartAndThePartIsEverything() {
    NetworkSet part = NetworkSet.parse("10.66.0.0/16");
    assertThat(NetworkSet.ALL.minus(part).isAll()).isFalse();
    assertThat(NetworkSet.ALL.minus(part).plus(part).isAll()).isTrue();
    assertThat(NetworkSet.parse("10.1.2.3/255.240.0.0").texts()).containsExactly("10.0.0.0/12");
  }
}
