package dev.argyle.server.manage.bottler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argyle.server.control.ManagedServer;
import dev.argyle.server.manage.door.DoorServices;
import dev.argyle.server.manage.door.HeldTasks;
import dev.argyle.wire.bottler.BottlerRequest;
import dev.argyle.wire.bottler.BottlerToken;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is under way when the next datagram comes. */
@Tag("play")
class BottlerDoorTest {

  private static final BottlerToken TOKEN = BottlerToken.ofHex(ManagedServer.TOKEN);
  private static final InetSocketAddress DOOR = from(8080);

  @TempDir Path data;
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final HeldTasks loop = new HeldTasks();
  private final List<String> answers = new ArrayList<>();
  private ManagedServer server;

  private static InetSocketAddress from(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  @BeforeEach
  void open() throws Exception {
    server = new ManagedServer(data);
    DoorServices services = server.doorServices(channel.eventLoop().parent());
    channel.pipeline().addLast(loop, new BottlerDoor(services, System::nanoTime));
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
    server.close();
  }

  /** A datagram from a client at that port; nothing ends before the loop's tasks are run. */
  private void asks(int port, BottlerRequest request) {
    asks(from(port), request);
  }

  private void asks(InetSocketAddress client, BottlerRequest request) {
    byte[] octets = request.datagram(TOKEN);
    channel
        .pipeline()
        .fireChannelRead(new DatagramPacket(Unpooled.wrappedBuffer(octets), DOOR, client));
  }

  private void takeAnswers() {
    for (DatagramPacket next = channel.readOutbound();
        next != null;
        next = channel.readOutbound()) {
      answers.add(next.recipient().getPort() + " " + ByteBufUtil.hexDump(next.content()));
      next.release();
    }
  }

  private void awaitAnswers(int count) {
    await()
        .pollInSameThread()
        .until(
            () -> {
              loop.runAll();
              takeAnswers();
              return answers.size() >= count;
            });
    loop.runAll();
    takeAnswers();
    assertThat(answers).as("no more than these").hasSize(count);
  }

  @Test
  void resetThatIsAskedForAgainWhileItIsUnderWayIsMadeOnce() {
    asks(4711, BottlerRequest.Plain.RESET);
    asks(4711, BottlerRequest.Plain.RESET);
    asks(4712, BottlerRequest.Plain.RESET);
    awaitAnswers(2);
    assertThat(answers).containsExactlyInAnyOrder("4711 0100", "4712 0100");
    assertThat(server.told("stopListening")).as("one of each client's").isEqualTo(2);
    asks(4711, BottlerRequest.Plain.RESET);
    awaitAnswers(3);
  }

  @Test
  void whatIsQuickIsAnsweredAsOftenAsItIsAsked() {
    asks(4711, BottlerRequest.Plain.GET_SERVER_STATUS);
    asks(4711, BottlerRequest.Plain.GET_SERVER_STATUS);
    awaitAnswers(2);
    assertThat(answers).containsExactly("4711 010001", "4711 010001");
  }

  @Test
  void moreThanMayBeUnderWayIsDropped() {
    for (int i = 0; i <= BottlerDoor.MAX_UNDER_WAY; i++) {
      InetAddress source = InetAddress.ofLiteral("127.0.0." + (1 + i % 3));
      asks(new InetSocketAddress(source, 5000 + i), BottlerRequest.Plain.GET_SERVER_STATUS);
    }
    awaitAnswers(BottlerDoor.MAX_UNDER_WAY);
    asks(4711, BottlerRequest.Plain.GET_SERVER_STATUS);
    awaitAnswers(BottlerDoor.MAX_UNDER_WAY + 1);
  }

  @Test
  void administratorWhoFloodsLeavesHalfToTheOthers() {
    for (int i = 0; i < 2 * BottlerDoor.MAX_UNDER_WAY; i++) {
      asks(5000 + i, BottlerRequest.Plain.GET_SERVER_STATUS);
    }
    InetAddress other = InetAddress.ofLiteral("127.0.0.2");
    asks(new InetSocketAddress(other, 4711), BottlerRequest.Plain.GET_SERVER_STATUS);
    awaitAnswers(BottlerDoor.MAX_UNDER_WAY_OF_A_SOURCE + 1);
    assertThat(answers).contains("4711 010001");
  }
}
