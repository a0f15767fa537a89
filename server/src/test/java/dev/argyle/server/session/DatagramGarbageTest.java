package dev.argyle.server.session;

import static dev.argyle.server.session.SessionRig.expect;
import static dev.argyle.server.session.SessionRig.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.net.LinuxSyscalls;
import dev.argyle.server.session.SessionRig.Kind;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * As {@code RelayGarbageTest}: a collection stops every loop, so a datagram that is relayed leaves
 * no garbage.
 */
@Tag("program")
class DatagramGarbageTest {

  private static final int ROUNDS = 3000; // on a busy machine the JIT takes its time
  private static final int EXCHANGES = 500;

  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir Path data;

  @Test
  void exchangesOfAStandingAssociationAllocateNothing() throws Exception {
    int little = EXCHANGES; // an octet each; an object of any kind has 16
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (SessionRig rig = new SessionRig(Kind.LINUX, data, "", "", 1, LinuxSyscalls::new);
        Socket client = rig.connect();
        DatagramSocket own = new DatagramSocket(0, loopback);
        DatagramSocket target = new DatagramSocket(0, loopback)) {
      own.setSoTimeout(10_000);
      target.setSoTimeout(10_000);
      send(client, "05 01 00 05 03 00 01 00 00 00 00 00 00");
      expect(client, "05 00 05 00 00 01 7F 00 00 01");
      byte[] port = client.getInputStream().readNBytes(2);
      int relay = (port[0] & 0xFF) << 8 | port[1] & 0xFF;
      long allocated = Long.MAX_VALUE;
      for (int round = 0; round < ROUNDS && allocated >= little; round++) {
        long before = allocatedOnLoop(rig);
        exchange(own, target, relay);
        allocated = allocatedOnLoop(rig) - before;
      }
      assertThat(allocated).isLessThan(little);
    }
  }

  private static long allocatedOnLoop(SessionRig rig) throws Exception {
    return rig.sockets.getFirst().eventLoop().submit(THREADS::getCurrentThreadAllocatedBytes).get();
  }

  private static void exchange(DatagramSocket own, DatagramSocket target, int relay)
      throws IOException {
    byte[] datagram = SessionRig.octets("00 00 00 01 7F 00 00 01 00 00 70 69 6E 67");
    datagram[8] = (byte) (target.getLocalPort() >> 8);
    datagram[9] = (byte) target.getLocalPort();
    InetAddress loopback = InetAddress.getLoopbackAddress();
    DatagramPacket asked = new DatagramPacket(datagram, datagram.length, loopback, relay);
    DatagramPacket came = new DatagramPacket(new byte[64], 64);
    for (int i = 0; i < EXCHANGES; i++) {
      own.send(asked);
      target.receive(came);
      target.send(came); // back to where it came from
      came.setLength(64);
      own.receive(came);
      came.setLength(64);
    }
  }
}
