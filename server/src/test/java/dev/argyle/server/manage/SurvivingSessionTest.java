package dev.argyle.server.manage.feed;

import static dev.argyle.server.control.ManagedServer.octets;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.account.CheapAccounts;
import dev.argyle.server.control.ManagedServer;
import dev.argyle.server.manage.door.Conversation;
import dev.argyle.server.manage.door.DoorListener;
import dev.argyle.server.manage.door.DoorServices;
import dev.argyle.server.manage.mass.MassConversation;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Logins of an administrator whose password changes meanwhile, a thousand times at each door. */
@Timeout(300)
@Tag("play")
class SurvivingSessionTest {

  private static final int ROUNDS = 1_000;

  enum Protocol {
    MASS {
      @Override
      Supplier<Conversation> conversations(DoorServices services) {
        return MassConversation.over(services, ByteOrder.BIG_ENDIAN);
      }

      @Override
      byte[] login(String password) {
        return message("\u0001\u0001\u0002\u0001", "admin", password);
      }

      @Override
      boolean isIn(byte[] answer) {
        return answer.length >= 4 && answer[3] == 0; // 01 02, then 01 00
      }

      @Override
      byte[] adding(String name) {
        return message("\n", name, "some-Password-2");
      }
    },
    FEED {
      @Override
      Supplier<Conversation> conversations(DoorServices services) {
        return FeedConversation.overTcp(services);
      }

      @Override
      byte[] login(String password) {
        byte[] login = message("\0\0", "admin", password);
        login[0] = (byte) 0xFE;
        login[1] = (byte) 0xED;
        return login;
      }

      @Override
      boolean isIn(byte[] answer) {
        return answer.length >= 4 && answer[2] == (byte) 0xC0;
      }

      @Override
      byte[] adding(String name) {
        byte[] adding = message("\0\0", name, "some-Password-2");
        adding[0] = (byte) 0xBE;
        return adding;
      }
    };

    abstract Supplier<Conversation> conversations(DoorServices services);

    abstract byte[] login(String password);

    /** Whether all that was answered begins with a login that succeeded. */
    abstract boolean isIn(byte[] answer);

    abstract byte[] adding(String name);

    private static byte[] message(String head, String one, String other) {
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      message.writeBytes(octets(head));
      for (String field : new String[] {one, other}) {
        message.write(field.length());
        message.writeBytes(octets(field));
      }
      return message.toByteArray();
    }
  }

  @TempDir Path data;
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private ManagedServer server;

  @BeforeEach
  void start() throws Exception {
    server = new ManagedServer(CheapAccounts.open(data, 100));
    server.penaliseNobody();
  }

  @AfterEach
  void stop() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    server.close();
  }

  @ParameterizedTest
  @EnumSource
  void noSessionSurvivesTheChangeOfItsPassword(Protocol protocol) throws Exception {
    DoorServices services = server.doorServices(loops);
    String password = ManagedServer.PASSWORD;
    int in = 0;
    try (DoorListener door =
        DoorListener.tcp(services, "127.0.0.1", 0, protocol.conversations(services))) {
      for (int i = 0; i < ROUNDS; i++) {
        String next = "some-Password-" + i;
        try (Socket client = new Socket(door.local().getAddress(), door.local().getPort())) {
          client.setSoTimeout(60_000);
          Thread changing =
              Thread.ofVirtual().unstarted(() -> server.change().password("admin", next));
          if (i % 2 == 0) {
            changing.start();
          }
          client.getOutputStream().write(protocol.login(password));
          if (i % 2 == 1) {
            changing.start();
          }
          changing.join(); // from here on the old password is worth nothing
          byte[] answer = use(client, protocol.adding("user-" + i));
          in += protocol.isIn(answer) ? 1 : 0;
        }
        assertThat(server.change().hasUser("user-" + i)).as("round %d", i).isFalse();
        password = next;
      }
    }
    assertThat(in).as("logins that were in time").isPositive();
  }

  /** Whatever was answered until the end; a reset is an end. */
  private static byte[] use(Socket client, byte[] request) {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    try {
      client.getOutputStream().write(request);
      client.shutdownOutput();
      client.getInputStream().transferTo(answer);
    } catch (IOException closed) {
      return answer.toByteArray();
    }
    return answer.toByteArray();
  }
}
