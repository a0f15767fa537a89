package dev.argyle.server.udp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.net.LoopTurns;
import dev.argyle.server.udp.RecordingLoop.RecordingPort;
import io.netty.channel.nio.NioIoHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;

/** What tests of an association share: sockets that are lists, a client and a remote. */
abstract class UdpAssociationCase {

  static final InetSocketAddress CLIENT = at("192.0.2.1", 4000);
  static final InetSocketAddress REMOTE = at("198.51.100.7", 53);
  static final String TO_REMOTE = "00000001c63364070035";

  static final LoopTurns.Loops LOOPS =
      new LoopTurns.Loops(1, Thread::new, NioIoHandler.newFactory());

  final RecordingLoop loop = new RecordingLoop(LOOPS);
  final UdpShare user = new UdpShare();
  final RecordingOwner owner = new RecordingOwner();
  final RecordingPort client = open();
  UdpAssociation association = associate(0);

  @AfterAll
  static void loopsEnd() {
    LOOPS.group().shutdownGracefully();
  }

  static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }

  RecordingPort open() {
    if (loop.open(InetAddress.ofLiteral("192.0.2.9"), 0, 0)
        instanceof UdpLoop.Open(RecordingPort port)) {
      return port;
    }
    throw new AssertionError("a list can always be opened");
  }

  UdpAssociation associate(int port) {
    UdpAssociation made =
        new UdpAssociation(
            loop, user, client, new InetSocketAddress(CLIENT.getAddress(), port), owner, null);
    assertThat(made.start()).isTrue();
    return made;
  }

  void clientSends(String... datagrams) {
    for (String datagram : datagrams) {
      client.comes(CLIENT, HexFormat.of().parseHex(datagram));
    }
    client.ready();
    loop.giveTurns();
  }

  RecordingPort remotes() {
    return loop.opened.get(1);
  }
}
