package dev.argyle.server.control;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.argyle.server.telemetry.Door;
import dev.argyle.wire.UserName;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

@Tag("unit")
class AuditLogTest {

  private static final Actor ADMINISTRATOR =
      new Actor("admin", Operation.Right.ADMINISTER, Door.HTTP, InetAddress.getLoopbackAddress());

  @TempDir Path data;
  private final Logger logger = (Logger) LoggerFactory.getLogger("audit");
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private ManagedServer server;
  private ProxyControl control;

  @BeforeEach
  void listen() throws Exception {
    server = new ManagedServer(data);
    control = server.control();
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(lines);
    server.close();
  }

  private List<String> lines() {
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void everyChangeHasALineAndSoHasARefusedOne() {
    control.addUser(ADMINISTRATOR, UserName.of("ben"), ManagedServer.octets("ben-Password-1"));
    control.removeUser(ADMINISTRATOR, UserName.of("nobody"));
    control.setBufferSize(ADMINISTRATOR, 1);
    control.kill(ADMINISTRATOR, 4711);
    String who = "door=http client=127.0.0.1 by=\"admin\" ";
    assertThat(lines())
        .containsExactly(
            who + "add-user \"ben\": done",
            who + "remove-user \"nobody\": refused, no such user",
            who + "set-buffer-size 1: refused, 4096 to 1048576",
            who + "kill 4711: refused, no such connection");
  }

  @Test
  void noNameForgesALineOrAnEnd() {
    Actor odd =
        new Actor("a\" x", Operation.Right.READ, Door.MASS, InetAddress.getLoopbackAddress());
    control.addUser(odd, UserName.of("ben\": done\r\n\uDCFF"), ManagedServer.octets("x"));
    control.renameUser(ADMINISTRATOR, UserName.of("\""), UserName.of("b\""));
    assertThat(lines())
        .containsExactly(
            "door=mass client=127.0.0.1 by=\"a\\x22 x\" add-user \"ben\\x22: done\\x0D\\x0A\\xFF\":"
                + " refused, this session has no right to do that",
            "door=http client=127.0.0.1 by=\"admin\" rename-user \"\\x22\" \"b\\x22\": refused, no"
                + " such user");
  }
}
