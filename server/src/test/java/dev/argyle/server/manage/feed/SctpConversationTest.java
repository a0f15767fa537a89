package dev.argyle.server.manage.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argyle.server.control.ManagedServer;
import dev.argyle.server.manage.door.DoorServices;
import dev.argyle.server.manage.door.HeldTasks;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.sctp.SctpMessage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where messages begin and end; the association itself is tested in a guest that has SCTP. */
@Tag("play")
class SctpConversationTest {

  /** A channel that comes from somewhere. */
  private static final class Association extends EmbeddedChannel {
    @Override
    protected SocketAddress remoteAddress0() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), 4711);
    }
  }

  @TempDir Path data;
  private final Association channel = new Association();
  private final HeldTasks loop = new HeldTasks();
  private final List<String> answers = new ArrayList<>();
  private ManagedServer server;

  @BeforeEach
  void logIn() throws Exception {
    server = new ManagedServer(data);
    DoorServices services = server.doorServices(channel.eventLoop().parent());
    channel
        .pipeline()
        .addLast(loop, new SctpConversation(services, new FeedOperations(server.control())));
    channel.pipeline().fireChannelActive();
    ByteBuf login = Unpooled.buffer().writeShort(0xFEED);
    for (String text : List.of("admin", ManagedServer.PASSWORD)) {
      login.writeByte(text.length()).writeCharSequence(text, StandardCharsets.US_ASCII);
    }
    channel.writeInbound(new SctpMessage(0, 0, login));
    answer("feedc001");
  }

  @AfterEach
  void stop() {
    channel.finishAndReleaseAll();
    server.close();
  }

  private void message(String octets) {
    channel.writeInbound(
        new SctpMessage(0, 0, Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(octets))));
  }

  /** The next message is this. */
  private void answer(String octets) {
    await()
        .pollInSameThread()
        .until(
            () -> {
              loop.runAll();
              SctpMessage next = channel.readOutbound();
              if (next != null) {
                answers.add(ByteBufUtil.hexDump(next.content()));
                next.release();
              }
              return next != null;
            });
    assertThat(Objects.requireNonNull(answers.getLast())).isEqualTo(octets);
  }

  @Test
  void requestMaySpanMessagesAndAMessageHoldRequests() {
    message("d0");
    message("07d0");
    answer("d0070400000002");
    message("07d007");
    answer("d0070400000002");
    answer("d0070400000002");
  }

  @Test
  void restOfTheMessageOfAnUnknownRequestIsDiscarded() {
    message("aad007d007");
    answer("ffff");
    message("d07fd007d007");
    answer("d0ff");
    message("d007");
    answer("d0070400000002");
  }

  @Test
  void unknownMethodInTheNextMessageTakesTheRestOfThatOneAlong() {
    message("be");
    message("7fd007d007");
    answer("beff");
    message("d007");
    answer("d0070400000002");
  }
}
