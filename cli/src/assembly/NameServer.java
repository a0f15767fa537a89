import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Says that every name has the address 127.0.0.1, which must not be kept: so each is asked for.
 * The first letter of a name chooses how.
 */
record NameServer(DatagramSocket udp, ServerSocket tcp) implements AutoCloseable {

  /** An address; an alias that has to be asked for; an answer too long for a datagram. */
  static final String[] KINDS = {"a", "c", "t"};

  private static final int TRUNCATED = 0x0200;
  private static final int MAX_OCTETS = 1232;

  static NameServer open() throws IOException {
    InetAddress here = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    NameServer server = null;
    for (int tries = 0; server == null; tries++) {
      ServerSocket tcp = new ServerSocket(0, 64, here);
      try {
        server = new NameServer(new DatagramSocket(tcp.getLocalPort(), here), tcp);
      } catch (IOException taken) {
        tcp.close();
        if (tries == 20) {
          throw taken;
        }
      }
    }
    Thread.ofVirtual().start(server::datagrams);
    Thread.ofVirtual().start(server::streams);
    return server;
  }

  int port() {
    return tcp.getLocalPort();
  }

  private void datagrams() {
    DatagramPacket packet = new DatagramPacket(new byte[MAX_OCTETS], MAX_OCTETS);
    try {
      while (true) {
        udp.receive(packet);
        byte[] answer = answer(Arrays.copyOf(packet.getData(), packet.getLength()), false);
        udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        packet.setLength(MAX_OCTETS);
      }
    } catch (IOException closed) {
      // the training is over
    }
  }

  private void streams() {
    while (true) {
      try (Socket socket = tcp.accept()) {
        socket.setSoTimeout(1_000);
        DataInputStream in = new DataInputStream(socket.getInputStream());
        byte[] answer = answer(in.readNBytes(in.readUnsignedShort()), true);
        ByteBuffer framed = ByteBuffer.allocate(Short.BYTES + answer.length);
        socket
            .getOutputStream()
            .write(framed.putShort((short) answer.length).put(answer).array());
      } catch (SocketException closed) {
        return;
      } catch (IOException gone) {
        // the next one
      }
    }
  }

  private static byte[] answer(byte[] query, boolean tcp) {
    int end = 12; // of the name
    while (query[end] != 0) {
      end += 1 + query[end];
    }
    boolean ipv4 = query[end + 2] == 1;
    boolean truncated = !tcp && query[13] == 't';
    boolean alias = query[13] == 'c';
    byte[] record =
        alias
            ? new byte[] {(byte) 0xC0, 12, 0, 5, 0, 1, 0, 0, 0, 0, 0, 3, 1, 'a', 0}
            : new byte[] {(byte) 0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0, 1};
    boolean any = !truncated && (ipv4 || alias);
    ByteBuffer answer = ByteBuffer.allocate(end + 5 + record.length);
    answer.put(query, 0, 2).putShort((short) (0x8180 | (truncated ? TRUNCATED : 0)));
    answer.putShort((short) 1).putShort((short) (any ? 1 : 0)).putInt(0);
    answer.put(query, 12, end + 5 - 12);
    if (any) {
      answer.put(record);
    }
    return Arrays.copyOf(answer.array(), answer.position());
  }

  @Override
  public void close() throws IOException {
    udp.close();
    tcp.close();
  }
}
