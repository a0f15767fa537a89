package dev.argyle.server.udp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.udp.RecordingLoop.RecordingPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;

/** A client with an association on a loop of lists. */
final class RecordingClient {

  /** The header of a datagram to 198.51.100.7, port 53. */
  static final String TO_REMOTE = "00000001c63364070035";

  private static final InetAddress RELAY = InetAddress.ofLiteral("192.0.2.9");
  private static final InetSocketAddress FROM =
      new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 4000);

  final RecordingLoop loop;
  final RecordingOwner owner = new RecordingOwner();
  final RecordingPort port;
  final UdpAssociation association;
  private final int firstRemote;

  RecordingClient(RecordingLoop loop, UdpShare user) {
    this.loop = loop;
    if (!(loop.open(RELAY, 0, 0) instanceof UdpLoop.Open(RecordingPort made))) {
      throw new AssertionError("a list can always be opened");
    }
    port = made;
    firstRemote = loop.opened.size();
    association = new UdpAssociation(loop, user, port, FROM, owner, null);
    assertThat(association.start()).isTrue();
  }

  /** The header of a datagram to port 53 of a name. */
  static String toName(String name) {
    return "00000003%02x%s0035"
        .formatted(name.length(), HexFormat.of().formatHex(name.getBytes(US_ASCII)));
  }

  /** Datagrams are there, and the loop has not been told. */
  void sends(String... datagrams) {
    for (String datagram : datagrams) {
      port.comes(FROM, HexFormat.of().parseHex(datagram));
    }
  }

  void sends(int count, String datagram) {
    for (int i = 0; i < count; i++) {
      sends(datagram);
    }
  }

  /** The event, and every turn that follows. */
  void pass() {
    port.ready();
    loop.giveTurns();
  }

  /** The socket towards remotes that was opened first after this client's own. */
  RecordingPort remotes() {
    return loop.opened.get(firstRemote);
  }
}
