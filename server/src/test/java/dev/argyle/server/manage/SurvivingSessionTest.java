package dev.argyle.server.manage;

import static dev.argyle.server.control.ManagedServer.octets;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.account.CheapAccounts;
import dev.argyle.server.control.ManagedServer;
import dev.argyle.server.manage.door.DoorListener;
import dev.argyle.server.manage.door.DoorServices;
import dev.argyle.server.manage.feed.FeedConversation;
import dev.argyle.server.manage.http.HttpDoor;
import dev.argyle.server.manage.http.HttpRig;
import dev.argyle.server.manage.http.api.UserRoutes;
import dev.argyle.server.manage.mass.MassConversation;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
  private static final String LOOPBACK = "127.0.0.1";

  enum Protocol {
    MASS {
      @Override
      DoorListener open(DoorServices services) throws IOException {
        return DoorListener.tcp(
            services, LOOPBACK, 0, MassConversation.over(services, ByteOrder.BIG_ENDIAN));
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
      byte[] adding(String name, String password, byte[] answer) {
        return message("\n", name, "some-Password-2");
      }
    },
    FEED {
      @Override
      DoorListener open(DoorServices services) throws IOException {
        return DoorListener.tcp(services, LOOPBACK, 0, FeedConversation.overTcp(services));
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
      byte[] adding(String name, String password, byte[] answer) {
        byte[] adding = message("\0\0", name, "some-Password-2");
        adding[0] = (byte) 0xBE;
        return adding;
      }
    },
    /** The cookie and the token of a form's login. */
    HTTP_FORM {
      @Override
      DoorListener open(DoorServices services) throws IOException {
        return http(services);
      }

      @Override
      byte[] login(String password) {
        String body = "{\"name\":\"admin\",\"password\":\"" + password + "\"}";
        return request("POST /api/v1/session", "", body);
      }

      @Override
      byte[] answer(InputStream in) throws IOException {
        return response(in);
      }

      @Override
      boolean isIn(byte[] answer) {
        return isOk(answer);
      }

      @Override
      byte[] adding(String name, String password, byte[] answer) {
        String said = new String(answer, StandardCharsets.ISO_8859_1);
        String cookie = found(COOKIE, said);
        String headers =
            "Connection: close\r\nCookie: "
                + cookie
                + "\r\nX-Argyle-CSRF: "
                + found(TOKEN, said)
                + "\r\n";
        return request("POST /api/v1/users", headers, user(name));
      }
    },
    /** Name and password with every request, all of one connection. */
    HTTP_BASIC {
      @Override
      DoorListener open(DoorServices services) throws IOException {
        return http(services);
      }

      @Override
      byte[] login(String password) {
        return request("GET /api/v1/users", authorization(password), "");
      }

      @Override
      byte[] answer(InputStream in) throws IOException {
        return response(in);
      }

      @Override
      boolean isIn(byte[] answer) {
        return isOk(answer);
      }

      @Override
      byte[] adding(String name, String password, byte[] answer) {
        return request(
            "POST /api/v1/users", "Connection: close\r\n" + authorization(password), user(name));
      }
    };

    private static final Pattern COOKIE = Pattern.compile("(argyle-session=[\\w-]+)");
    private static final Pattern TOKEN = Pattern.compile("\"csrf\":\"([\\w-]+)\"");
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: (\\d+)\r\n");

    abstract DoorListener open(DoorServices services) throws IOException;

    abstract byte[] login(String password);

    /** What is answered to a login, if that is needed for what follows. */
    byte[] answer(InputStream in) throws IOException {
      return new byte[0];
    }

    /** Whether all that was answered begins with a login that succeeded. */
    abstract boolean isIn(byte[] answer);

    /**
     * A request that adds a user.
     *
     * @param password of the login
     * @param answer to the login
     */
    abstract byte[] adding(String name, String password, byte[] answer);

    private static DoorListener http(DoorServices services) throws IOException {
      HttpDoor.Settings settings =
          new HttpDoor.Settings(
              List.of(),
              Duration.ofHours(1),
              Duration.ofDays(2),
              () -> true,
              () -> UserRoutes.of(services.control()));
      return HttpDoor.open(services, LOOPBACK, 0, settings);
    }

    private static String authorization(String password) {
      return "Authorization: " + HttpRig.basic("admin", password) + "\r\n";
    }

    private static String user(String name) {
      return "{\"name\":\"" + name + "\",\"password\":\"some-Password-2\"}";
    }

    private static byte[] request(String line, String headers, String body) {
      return octets(
          line
              + " HTTP/1.1\r\nHost: localhost\r\n"
              + headers
              + (body.isEmpty()
                  ? ""
                  : "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n")
              + "\r\n"
              + body);
    }

    /** Head and body of one response; shorter where the server closes before. */
    private static byte[] response(InputStream in) throws IOException {
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int octet = in.read();
        if (octet < 0) {
          break;
        }
        head.append((char) octet);
      }
      Matcher length = LENGTH.matcher(head);
      byte[] body = in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
      head.append(new String(body, StandardCharsets.ISO_8859_1));
      return head.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static boolean isOk(byte[] answer) {
      return new String(answer, StandardCharsets.ISO_8859_1).startsWith("HTTP/1.1 200 ");
    }

    /** Empty: it is not in there, as after a login that was refused. */
    private static String found(Pattern pattern, String text) {
      Matcher matcher = pattern.matcher(text);
      return matcher.find() ? String.valueOf(matcher.group(1)) : "";
    }

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
    try (DoorListener door = protocol.open(services)) {
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
          byte[] answer = use(client, protocol, "user-" + i, password);
          in += protocol.isIn(answer) ? 1 : 0;
        }
        assertThat(server.change().hasUser("user-" + i)).as("round %d", i).isFalse();
        password = next;
      }
    }
    assertThat(in).as("logins that were in time").isPositive();
  }

  /** Whatever was answered until the end; a reset is an end. */
  private static byte[] use(Socket client, Protocol protocol, String name, String password) {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    try {
      answer.writeBytes(protocol.answer(client.getInputStream()));
      client.getOutputStream().write(protocol.adding(name, password, answer.toByteArray()));
      client.shutdownOutput();
      client.getInputStream().transferTo(answer);
    } catch (IOException closed) {
      return answer.toByteArray();
    }
    return answer.toByteArray();
  }
}
