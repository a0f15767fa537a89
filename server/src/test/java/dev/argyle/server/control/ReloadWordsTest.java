package dev.argyle.server.control;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.argyle.server.config.ConfigurationSource;
import dev.argyle.server.config.Overrides;
import dev.argyle.server.telemetry.Door;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A reload says what it has changed, what it has left, and what waits for a restart. */
@Tag("unit")
class ReloadWordsTest {

  private static final Actor ADMINISTRATOR =
      new Actor("admin", Operation.Right.ADMINISTER, Door.HTTP, InetAddress.getLoopbackAddress());

  private static final String FIRST = "socks: { listen: ['127.0.0.1:40100'], idle-timeout: 60s }\n";

  @TempDir Path data;
  private final Logger logger = (Logger) LoggerFactory.getLogger(SocksControl.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private Path file;
  private ManagedServer server;

  @BeforeEach
  void start() throws Exception {
    file = data.resolve("argyle.yaml");
    Files.writeString(file, FIRST);
    server = new ManagedServer(data, new ConfigurationSource(file, Overrides.NONE));
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(lines);
    server.close();
  }

  private List<String> saidByAReload(String text) throws Exception {
    lines.list.clear();
    Files.writeString(file, text);
    server.socks.reload();
    return lines.list.stream()
        .map(line -> line.getLevel() + " " + line.getFormattedMessage())
        .toList();
  }

  @Test
  void fileThatIsTheSameIsSaidToBeThat() throws Exception {
    assertThat(saidByAReload(FIRST + "# another comment\n"))
        .containsExactly("INFO configuration read again; nothing in it has changed");
  }

  @Test
  void whatAnAdministratorHasSetAndTheFileDoesNotChangeIsSaidToBeLeft() throws Exception {
    String rule = "rules: [{ allow: true, ports: [443] }]\n";
    assertThat(saidByAReload(FIRST + rule))
        .as("nothing was set")
        .containsExactly("INFO configuration read again; changed: rules");
    server.control().setIdleTimeout(ADMINISTRATOR, 7);
    server.control().setBufferSize(ADMINISTRATOR, 8_192);
    assertThat(saidByAReload(FIRST))
        .containsExactly(
            "INFO configuration read again; changed: rules; left as an administrator has set it:"
                + " socks.idle-timeout, socks.buffer-size");
    assertThat(saidByAReload(FIRST.replace("60s", "90s")))
        .as("what the file changes is not left")
        .containsExactly(
            "INFO configuration read again; changed: socks.idle-timeout; left as an administrator"
                + " has set it: socks.buffer-size");
  }

  @Test
  void whatIsReadAtStartOnlyIsSaidToNeedARestart() throws Exception {
    assertThat(
            saidByAReload(
                FIRST.replace("60s", "60s, keepalive: 7m")
                    + "management: { http: { listen: null } }\n"))
        .containsExactlyInAnyOrder(
            "WARN read at start only: restart to apply socks.keepalive, management.http.listen",
            "INFO configuration read again; changed: socks.keepalive, management.http.listen");
  }
}
