package dev.argyle.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.wire.RuleRef;
import dev.argyle.wire.socks.Command;
import java.lang.management.ManagementFactory;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import net.jqwik.api.constraints.WithNull;

@Tag("property")
class PackedConnectionTest {

  @Example
  void ruleThatDecidedIsKept() {
    InetAddress client = InetAddress.getLoopbackAddress();
    RuleRef rule = new RuleRef(10_000, "rule 10000 (\u00e4.yaml:21)");
    Ending why = Ending.of(EndReason.DONE);
    EndedConnection one =
        new EndedConnection(1, 2, 3, client, 4, null, null, null, 0, -1, 0, 0, why, rule, null);
    assertThat(PackedConnection.unpack(PackedConnection.pack(one, null))).isEqualTo(one);
    RuleRef byDefault = new RuleRef(0, "default: the destination is open");
    EndedConnection other =
        new EndedConnection(
            1, 2, 3, client, 4, null, null, null, 0, -1, 0, 0, why, byDefault, null);
    assertThat(PackedConnection.unpack(PackedConnection.pack(other, null))).isEqualTo(other);
  }

  @Property
  void whatIsPackedIsGivenBackWhateverTheArrayHeldBefore(
      @ForAll long id,
      @ForAll long start,
      @ForAll long end,
      @ForAll @Size(16) byte[] address,
      @ForAll boolean ipv4,
      @ForAll @IntRange(max = 65_535) int clientPort,
      @ForAll @WithNull @StringLength(max = 255) String user,
      @ForAll @WithNull Command command,
      @ForAll @WithNull @StringLength(max = 255) String destination,
      @ForAll @IntRange(max = 65_535) int destinationPort,
      @ForAll @IntRange(min = -1, max = 255) int reply,
      @ForAll long up,
      @ForAll EndReason reason,
      @ForAll @WithNull @StringLength(max = 300) String detail,
      @ForAll @Size(max = 1_500) byte[] used)
      throws UnknownHostException {
    EndedConnection connection =
        new EndedConnection(
            id,
            start,
            end,
            InetAddress.getByAddress(ipv4 ? Arrays.copyOf(address, 4) : address),
            clientPort,
            user,
            command,
            destination,
            destinationPort,
            reply,
            up,
            ~up,
            new Ending(reason, detail),
            null,
            null);
    assertThat(PackedConnection.unpack(PackedConnection.pack(connection, used)))
        .isEqualTo(connection);
    assertThat(PackedConnection.unpack(PackedConnection.pack(connection, null)))
        .isEqualTo(connection);
  }

  @Example
  void theZoneOfALinkLocalAddressIsKept() throws UnknownHostException {
    byte[] octets = InetAddress.ofLiteral("fe80::1").getAddress();
    InetAddress client = Inet6Address.getByAddress(null, octets, 7);
    EndedConnection one = Entries.ended(1);
    EndedConnection connection =
        new EndedConnection(
            1, 2, 3, client, 4, null, null, null, 0, -1, 0, 0, one.ending(), null, null);
    EndedConnection back = PackedConnection.unpack(PackedConnection.pack(connection, null));
    assertThat(((Inet6Address) back.client()).getScopeId()).isEqualTo(7);
  }

  @Example
  void theEnumsFitAnOctet() {
    assertThat(Command.values()).hasSizeLessThan(128);
    assertThat(EndReason.values()).hasSizeLessThan(128);
  }

  /** What is kept for long must not be new each time: it would fill the old generation. */
  @Example
  void aFullJournalKeepsNoNewObjects() {
    Journal journal = new Journal(8);
    EndedConnection one = Entries.ended(1);
    for (int i = 0; i < 8; i++) {
      journal.add(one);
    }
    byte[] first = PackedConnection.pack(one, null);
    assertThat(PackedConnection.pack(one, first)).isSameAs(first);
    assertThat(first.length).isLessThan(256);
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 1_000; i++) {
      journal.add(one);
    }
    // a buffer around the array and the address's octets, which are gone at once
    assertThat((threads.getCurrentThreadAllocatedBytes() - before) / 1_000).isLessThan(128);
  }
}
