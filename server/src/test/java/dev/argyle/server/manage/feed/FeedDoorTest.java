package dev.argyle.server.manage.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argyle.server.control.ManagedServer;
import dev.argyle.server.manage.door.DoorListener;
import dev.argyle.server.manage.door.DoorServices;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The FEED door over TCP, on real sockets: what clients do that no table of messages shows. */
@Tag("play")
class FeedDoorTest {

  /** Records of a longest list; some 75 KB. */
  private static final int RECORDS = 512;

  private static final String HOST = "host." + "x".repeat(83);
  private static final int RECORD_OCTETS = 5 * 8 + 2 + 1 + 7 + 4 + HOST.length();
  private static final int LIST_OCTETS = 5 + RECORDS * RECORD_OCTETS;

  @TempDir Path data;
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private ManagedServer server;
  private DoorListener door;

  @BeforeEach
  void start() throws Exception {
    server = new ManagedServer(data);
    server.addAdministrator("eva");
    DoorServices services = server.doorServices(loops);
    door = DoorListener.tcp(services, "127.0.0.1", 0, FeedConversation.overTcp(services));
  }

  @AfterEach
  void stop() {
    door.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    server.close();
  }

  /** A client that has logged in. */
  private Socket loggedIn(String name) throws IOException {
    InetSocketAddress local = door.local();
    Socket socket = new Socket();
    socket.setReceiveBufferSize(16 * 1024);
    socket.setSoTimeout(20_000);
    socket.connect(local);
    byte[] password = ManagedServer.octets(ManagedServer.PASSWORD);
    byte[] user = name.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer login = ByteBuffer.allocate(4 + user.length + password.length);
    login.putShort((short) 0xFEED).put((byte) user.length).put(user);
    login.put((byte) password.length).put(password);
    socket.getOutputStream().write(login.array());
    assertThat(socket.getInputStream().readNBytes(4)).containsExactly(0xFE, 0xED, 0xC0, 0x01);
    return socket;
  }

  /** LIST CURRENT CONNECTIONS, then SET CONNECTION TIMEOUT to {@code seconds}. */
  private static byte[] listAndSet(int seconds) {
    return ByteBuffer.allocate(18)
        .put((byte) 0xD0)
        .put((byte) 0x0B)
        .putLong(0)
        .putShort((short) RECORDS)
        .put((byte) 0xBE)
        .put((byte) 0x04)
        .putInt(seconds)
        .array();
  }

  private static void readAnswers(Socket socket, int count) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    for (int i = 0; i < count; i++) {
      byte[] list = in.readNBytes(LIST_OCTETS);
      assertThat(list).hasSize(LIST_OCTETS).startsWith(0xD0, 0x0B, 2, 2, 0);
      assertThat(in.readNBytes(3)).containsExactly(0xBE, 0x04, 0x00);
    }
  }

  @Test
  void slowReaderIsWaitedForBeforeMoreIsAnswered() throws Exception {
    server.openConnections(RECORDS, HOST);
    int requests = 1_000; // 75 MB of answers: more than any socket buffer holds
    try (Socket socket = loggedIn("admin")) {
      for (int i = 1; i <= requests; i++) {
        socket.getOutputStream().write(listAndSet(i));
      }
      long[] last = {-1};
      await()
          .pollInterval(Duration.ofMillis(300))
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                long now = server.settings().idleSeconds();
                boolean same = now == last[0];
                last[0] = now;
                return same && now < 3600; // what the configuration says
              });
      assertThat(last[0]).as("answered while nobody reads").isLessThan(requests);
      readAnswers(socket, requests);
      assertThat(server.settings().idleSeconds()).isEqualTo(requests);
    }
  }

  @Test
  void clientThatHasSentItsLastRequestGetsEveryAnswer() throws Exception {
    server.openConnections(RECORDS, HOST);
    int requests = 200;
    try (Socket socket = loggedIn("admin")) {
      for (int i = 1; i <= requests; i++) {
        socket.getOutputStream().write(listAndSet(i));
      }
      socket.shutdownOutput();
      readAnswers(socket, requests);
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  /** How an administrator loses the right to be in. */
  private enum Loss {
    REMOVED(server -> server.change().removeUser("eva")),
    DISABLED(server -> server.change().disable("eva")),
    NO_ADMINISTRATOR_ANY_MORE(server -> server.change().demote("eva")),
    ANOTHER_PASSWORD(server -> server.change().password("eva")),
    ANOTHER_NAME(server -> server.change().rename("eva", "eve"));

    private final Consumer<ManagedServer> change;

    Loss(Consumer<ManagedServer> change) {
      this.change = change;
    }
  }

  @ParameterizedTest
  @EnumSource(Loss.class)
  void administratorWhoLosesTheRightIsOutAtOnceAndTheOthersStay(Loss loss) throws Exception {
    try (Socket gone = loggedIn("eva");
        Socket stays = loggedIn("admin")) {
      loss.change.accept(server);
      assertThat(gone.getInputStream().read()).isEqualTo(-1);
      stays.getOutputStream().write(new byte[] {(byte) 0xD0, 0x02});
      assertThat(stays.getInputStream().readNBytes(7)).startsWith(0xD0, 0x02, 4);
    }
  }

  @Test
  void administratorWhoRemovesTheirOwnAccountIsToldSo() throws Exception {
    try (Socket socket = loggedIn("eva")) {
      socket.getOutputStream().write(new byte[] {(byte) 0xBE, 0x01, 3, 'e', 'v', 'a'});
      assertThat(socket.getInputStream().readAllBytes()).containsExactly(0xBE, 0x01, 0x00);
    }
  }
}
