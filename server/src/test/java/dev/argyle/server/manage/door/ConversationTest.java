package dev.argyle.server.manage.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argyle.server.control.ManagedServer;
import dev.argyle.server.telemetry.Door;
import dev.argyle.wire.Source;
import dev.argyle.wire.Writable;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every protocol at a door rests on, over TCP, with a protocol as plain as can be: a request
 * is four octets, N; N above 0 is answered by N octets, below by -N octets that are the last; 0 is
 * answered by one octet at once.
 */
@Timeout(60)
@Tag("play")
class ConversationTest {

  private record Octets(int length) implements Writable {
    @Override
    public void write(ByteBuffer out) {
      for (int i = 0; i < length; i++) {
        out.put((byte) (i % 251));
      }
    }
  }

  private static final int MIB = 1 << 20;
  private static final Source OTHER = Source.of(InetAddress.ofLiteral("192.0.2.2"));

  private final List<Integer> writes = new CopyOnWriteArrayList<>();

  private final class Counting extends Conversation {
    Counting(DoorServices services) {
      super(services, Door.FEED);
    }

    @Override
    protected void take(ByteBuffer in) {
      if (in.remaining() < 4) {
        return;
      }
      int wanted = in.getInt();
      if (wanted == 0) {
        send(new Octets(1));
      } else if (wanted < 0) {
        end(new Octets(-wanted));
      } else {
        perform(() -> new Octets(wanted), answer -> send(answer, new Octets(2)));
      }
    }

    @Override
    protected Object frame(ByteBuf octets) {
      writes.add(octets.readableBytes());
      return octets;
    }
  }

  @TempDir Path data;
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private ManagedServer server;
  private DoorServices services;
  private DoorListener listener;
  private Socket client;
  private DataInputStream in;
  private DataOutputStream out;

  @BeforeEach
  void open() throws Exception {
    server = new ManagedServer(data);
    services = server.doorServices(loops);
    listener = DoorListener.tcp(services, "127.0.0.1", 0, () -> new Counting(services));
    client = new Socket();
    client.setReceiveBufferSize(4_096);
    client.setTcpNoDelay(true);
    client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()));
    in = new DataInputStream(client.getInputStream());
    out = new DataOutputStream(client.getOutputStream());
  }

  private int port() {
    return listener.local().getPort();
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    listener.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    server.close();
  }

  private long held() {
    return services.answers().heldOctets();
  }

  private void expect(int length) throws IOException {
    byte[] expected = new byte[length];
    new Octets(length).write(ByteBuffer.wrap(expected));
    assertThat(in.readNBytes(length)).isEqualTo(expected);
  }

  @Test
  void answersUpToTheLengthOfALongOneAreOneWrite() throws IOException {
    out.writeInt(AnswerBudget.LONG_OCTETS);
    expect(AnswerBudget.LONG_OCTETS);
    out.writeInt(AnswerBudget.LONG_OCTETS + 1);
    expect(AnswerBudget.LONG_OCTETS + 1);
    assertThat(writes).containsExactly(AnswerBudget.LONG_OCTETS, AnswerBudget.LONG_OCTETS, 1);
  }

  @Test
  void longAnswerReachesASlowReaderWhole() throws IOException {
    out.writeInt(16 * MIB);
    await().until(() -> held() == 16 * MIB);
    expect(16 * MIB);
    await().until(() -> held() == 0);
    out.writeInt(0);
    expect(1);
  }

  @Test
  void whoAsksAndNeverReadsCostsOneAnswer() throws IOException {
    ByteBuffer requests = ByteBuffer.allocate(1_000 * 4);
    while (requests.hasRemaining()) {
      requests.putInt(MIB * 8);
    }
    out.write(requests.array());
    await().until(() -> held() > 0);
    for (int i = 0; i < 5; i++) {
      assertThat(held()).isEqualTo(MIB * 8L);
      expect(MIB * 8);
      await().until(() -> held() > 0); // the next one
    }
    client.close();
    await().until(() -> held() == 0);
  }

  @Test
  void whenTooMuchIsHeldTheAnswerIsTheOtherOne() throws IOException {
    services.answers().hold(OTHER, AnswerBudget.MAX_OCTETS - MIB + 1);
    out.writeInt(MIB);
    expect(2);
    services.answers().release(OTHER, AnswerBudget.MAX_OCTETS - MIB + 1);
    services.answers().hold(OTHER, AnswerBudget.MAX_OCTETS - MIB);
    out.writeInt(MIB);
    expect(MIB);
  }

  @Test
  void requestsAreAnsweredInOrderHoweverTheyAreCut() throws IOException {
    ByteBuffer requests = ByteBuffer.allocate(24);
    for (int length : new int[] {5, 0, 700, 0, 0, 3}) {
      requests.putInt(length);
    }
    for (int cut = 1; cut < requests.capacity(); cut++) {
      out.write(requests.array(), 0, cut);
      out.flush();
      out.write(requests.array(), cut, requests.capacity() - cut);
      for (int length : new int[] {5, 1, 700, 1, 1, 3}) {
        expect(length);
      }
    }
    for (byte octet : requests.array()) {
      out.write(octet);
    }
    for (int length : new int[] {5, 1, 700, 1, 1, 3}) {
      expect(length);
    }
  }

  @Test
  void lastAnswerArrivesThoughMoreWasSent() throws IOException {
    out.writeInt(-3 * MIB);
    out.write(new byte[100_000]);
    expect(3 * MIB);
    assertThat(in.read()).as("then the connection is closed").isEqualTo(-1);
    client.close();
    await().until(() -> held() == 0);
  }

  @Test
  void whoEndsItsHalfGetsWhatItAskedFor() throws IOException {
    out.writeInt(MIB);
    out.writeInt(2 * MIB);
    client.shutdownOutput();
    expect(MIB);
    expect(2 * MIB);
    assertThat(in.read()).isEqualTo(-1);
  }
}
