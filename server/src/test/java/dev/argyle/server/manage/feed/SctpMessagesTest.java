package dev.argyle.server.manage.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.nio.sctp.MessageInfo;
import dev.argyle.server.control.ManagedServer;
import dev.argyle.server.manage.door.DoorListener;
import dev.argyle.server.manage.door.DoorServices;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.sctp.SctpMessage;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An association's messages and streams, carried over TCP since most kernels that run this have no
 * SCTP: a message, or a part of one, is STREAM (1) ENDS (1) LENGTH (4) OCTETS. The true association
 * is tested by it/guest.
 */
@Timeout(60)
@Tag("play")
class SctpMessagesTest {

  private static final int STREAMS = 8;

  /** Reads and writes messages as above. */
  private static final class Carried extends ByteToMessageDecoder {
    private static final int HEADER = 6;

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
      if (in.readableBytes() < HEADER
          || in.readableBytes() < HEADER + in.getInt(in.readerIndex() + 2)) {
        return;
      }
      MessageInfo info = MessageInfo.createOutgoing((SocketAddress) null, in.readByte());
      info.complete(in.readByte() == 1);
      out.add(new SctpMessage(info, in.readRetainedSlice(in.readInt())));
    }
  }

  private static final class Carrying extends ChannelOutboundHandlerAdapter {
    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      SctpMessage sent = (SctpMessage) message;
      ByteBuf head = Unpooled.buffer(6);
      head.writeByte(sent.streamIdentifier());
      head.writeByte(1);
      head.writeInt(sent.content().readableBytes());
      context.write(Unpooled.wrappedBuffer(head, sent.content()), promise);
    }
  }

  private final class OverTcp extends SctpConversation {
    OverTcp() {
      super(services, new FeedOperations(services.control()));
      conversation = this;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      context.pipeline().addFirst(new Carried(), new Carrying());
      outgoing(STREAMS, 100_000);
    }
  }

  @TempDir Path data;
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private volatile @Nullable SctpConversation conversation; // the one of this test
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
    listener = DoorListener.tcp(services, "127.0.0.1", 0, OverTcp::new);
    client = new Socket(InetAddress.getLoopbackAddress(), listener.local().getPort());
    client.setTcpNoDelay(true);
    in = new DataInputStream(client.getInputStream());
    out = new DataOutputStream(client.getOutputStream());
    send(0, login());
    expect(0, "FEED C001");
  }

  private static byte[] login() {
    byte[] password = ManagedServer.PASSWORD.getBytes(StandardCharsets.US_ASCII);
    ByteBuf login = Unpooled.buffer();
    login.writeShort(0xFEED).writeByte(5).writeBytes("admin".getBytes(StandardCharsets.US_ASCII));
    login.writeByte(password.length).writeBytes(password);
    return java.util.Arrays.copyOf(login.array(), login.readableBytes());
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    listener.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    server.close();
  }

  private static byte[] octets(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private void send(int stream, byte[] octets) throws IOException {
    part(stream, true, octets);
  }

  private void part(int stream, boolean ends, byte[] octets) throws IOException {
    out.writeByte(stream);
    out.writeBoolean(ends);
    out.writeInt(octets.length);
    out.write(octets);
    out.flush();
  }

  private void expect(int stream, String hex) throws IOException {
    assertThat(in.readUnsignedByte()).as("the stream of " + hex).isEqualTo(stream);
    assertThat(in.readBoolean()).isTrue();
    byte[] message = in.readNBytes(in.readInt());
    assertThat(HexFormat.of().formatHex(message))
        .isEqualTo(hex.replace(" ", "").toLowerCase(java.util.Locale.ROOT));
  }

  /** Two requests that say which is which, and their answers. */
  private static final String FIRST = "D0 0A 03 61 6E 61"; // ana's connections

  private static final String SECOND = "D0 0A 03 62 65 6E"; // those of ben, who is not there
  private static final String FIRST_ANSWER = "D0 0A 04 00 00 00 00";
  private static final String SECOND_ANSWER = "D0 F0 01 02";

  @Test
  void answerComesOnTheStreamOfItsRequestsFirstOctetWhereverMessagesAreCut() throws IOException {
    byte[] both = octets(FIRST + SECOND);
    int firstLength = octets(FIRST).length;
    for (int cut = 1; cut < both.length; cut++) {
      send(3, java.util.Arrays.copyOfRange(both, 0, cut));
      send(5, java.util.Arrays.copyOfRange(both, cut, both.length));
      expect(3, FIRST_ANSWER);
      expect(cut > firstLength ? 3 : 5, SECOND_ANSWER);
    }
  }

  @Test
  void anyCutsOnAnyStreamsGiveTheSameAnswers() throws IOException {
    Random random = new Random(4);
    for (int round = 0; round < 150; round++) {
      List<String> requests = new ArrayList<>();
      for (int i = random.nextInt(1, 6); i > 0; i--) {
        requests.add(random.nextBoolean() ? FIRST : SECOND);
      }
      List<Integer> streams = sendInPieces(octets(String.join("", requests)), random);
      for (int i = 0; i < requests.size(); i++) {
        expect(
            streams.get(i * octets(FIRST).length),
            requests.get(i).equals(FIRST) ? FIRST_ANSWER : SECOND_ANSWER);
      }
    }
  }

  /** The stream of each octet. */
  private List<Integer> sendInPieces(byte[] octets, Random random) throws IOException {
    List<Integer> streams = new ArrayList<>();
    int at = 0;
    int stream = 0;
    boolean ends = true;
    while (at < octets.length) {
      int length = random.nextInt(1, octets.length - at + 1);
      stream = ends ? random.nextInt(STREAMS) : stream; // a message is on one stream
      ends = at + length == octets.length || random.nextBoolean();
      part(stream, ends, java.util.Arrays.copyOfRange(octets, at, at + length));
      for (int i = 0; i < length; i++) {
        streams.add(stream);
      }
      at += length;
    }
    return streams;
  }

  @Test
  void restOfAMessageThatWasNotUnderstoodIsDiscardedWhateverItsParts() throws IOException {
    send(2, octets("99 99" + FIRST + SECOND));
    expect(2, "FF FF");
    send(1, octets(FIRST + "D0 99" + FIRST));
    expect(1, FIRST_ANSWER);
    expect(1, "D0 FF");
    part(4, false, octets("BE 77 00"));
    expect(4, "BE FF");
    part(4, false, octets(FIRST));
    part(4, true, octets(SECOND));
    send(6, octets(SECOND));
    expect(6, SECOND_ANSWER);
  }

  @Test
  void whereAnAssociationHasFewerStreamsBackTheAnswerComesOnTheFirst() throws IOException {
    send(STREAMS - 1, octets(FIRST));
    expect(STREAMS - 1, FIRST_ANSWER);
    send(STREAMS, octets(FIRST));
    expect(0, FIRST_ANSWER);
  }

  private void sendBuffer(int octets) {
    SctpConversation known = Objects.requireNonNull(conversation);
    loops.submit(() -> known.outgoing(STREAMS, octets)).awaitUninterruptibly();
  }

  @Test
  void responseAsLongAsTheSendBufferIsOneMessage() throws IOException {
    sendBuffer(17);
    send(3, octets("D0 00 D0 0A 03 61 6E 61"));
    expect(3, "D0 00 04 00 00 00 02 05 61 64 6D 69 6E 03 61 6E 61");
    expect(3, FIRST_ANSWER);
  }

  @Test
  void longerOneIsSeveralInOrderOnItsStream() throws IOException {
    sendBuffer(16);
    send(3, octets("D0 00 D0 0A 03 61 6E 61"));
    expect(3, "D0 00 04 00 00 00 02 05 61 64 6D 69 6E 03 61 6E");
    expect(3, "61");
    expect(3, FIRST_ANSWER);
  }
}
