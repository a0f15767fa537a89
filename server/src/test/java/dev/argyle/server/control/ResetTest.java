package dev.argyle.server.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.ConfigurationSource;
import dev.argyle.server.config.Overrides;
import dev.argyle.server.session.Policy;
import dev.argyle.server.telemetry.Door;
import dev.argyle.wire.socks.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stop, start, reset and SIGHUP in turn, with files that change between them. */
@Tag("unit")
class ResetTest {

  private static final Actor ADMINISTRATOR =
      new Actor("admin", Operation.Right.ADMINISTER, Door.HTTP, InetAddress.getLoopbackAddress());

  private static final String FIRST =
      "socks: { listen: ['127.0.0.1:40100'], authentication: [password], idle-timeout: 60s }\n";
  private static final String OTHER =
      "socks: { listen: ['127.0.0.1:40200'], authentication: [none], idle-timeout: 90s }\n";

  @TempDir Path data;
  private Path file;
  private ManagedServer server;
  private ProxyControl control;

  @BeforeEach
  void start() throws Exception {
    file = data.resolve("argyle.yaml");
    Files.writeString(file, FIRST);
    server = new ManagedServer(data, new ConfigurationSource(file, Overrides.NONE));
    control = server.control();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static List<InetSocketAddress> listeningAt(int port) {
    return List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  @Test
  void resetOpensTheListenersOfTheFile() throws Exception {
    Files.writeString(file, OTHER);
    assertThat(control.reset(ADMINISTRATOR)).isEqualTo(new Result.Done());
    assertThat(control.listening(ADMINISTRATOR)).isEqualTo(listeningAt(40_200));
    assertThat(control.settings(ADMINISTRATOR).idleSeconds()).isEqualTo(90);
  }

  @Test
  void resetOpensTheListenersOfTheFileThoughSighupHasReadItBefore() throws Exception {
    Files.writeString(file, OTHER);
    server.socks.reload();
    assertThat(control.listening(ADMINISTRATOR))
        .as("SIGHUP opens none")
        .isEqualTo(listeningAt(40_100));
    control.reset(ADMINISTRATOR);
    assertThat(control.listening(ADMINISTRATOR)).isEqualTo(listeningAt(40_200));
  }

  @Test
  void sighupKeepsWhatADoorHasSetUnlessTheFileSaysSomethingElseThere() throws Exception {
    control.setIdleTimeout(ADMINISTRATOR, 7);
    control.setSelectorTimeout(ADMINISTRATOR, 70);
    control.setBufferSize(ADMINISTRATOR, 8_192);
    control.switchAuthentication(ADMINISTRATOR, false);
    control.switchDissectors(ADMINISTRATOR, true);
    Settings set = control.settings(ADMINISTRATOR);
    Files.writeString(file, FIRST + "rules: [{ allow: true, ports: [443] }]\n");
    server.socks.reload();
    assertThat(control.settings(ADMINISTRATOR)).as("a rule alone has changed").isEqualTo(set);
    assertThat(server.services.policy().methods()).contains(Method.NONE);

    Files.writeString(
        file,
        "socks: { listen: ['127.0.0.1:40100'], authentication: [password], idle-timeout: 90s }\n"
            + "dissectors: { enabled: false }\n");
    server.socks.reload();
    assertThat(control.settings(ADMINISTRATOR))
        .isEqualTo(
            new Settings(90, set.selectorMillis(), set.bufferOctets(), set.authentication(), true));

    control.reset(ADMINISTRATOR);
    assertThat(control.settings(ADMINISTRATOR).bufferOctets())
        .as("a reset undoes all")
        .isEqualTo(65_536);
    assertThat(control.settings(ADMINISTRATOR).authentication()).isTrue();
  }

  @Test
  void sighupWithTheSameFileTouchesNothing() {
    Policy before = server.services.policy();
    server.driver.told.clear();
    server.socks.reload();
    assertThat(server.services.policy()).isSameAs(before);
    assertThat(server.driver.told).isEmpty();
  }

  @Test
  void fileWithMistakesChangesNothingAndEndsNobody() throws Exception {
    control.setIdleTimeout(ADMINISTRATOR, 7);
    Settings before = control.settings(ADMINISTRATOR);
    server.driver.told.clear();
    Files.writeString(file, "socks: { listen: ['127.0.0.1:99999'] }\n");
    assertThat(control.reset(ADMINISTRATOR)).isInstanceOf(Result.Failed.class);
    assertThat(server.driver.told).isEmpty();
    assertThat(control.listening(ADMINISTRATOR)).isEqualTo(listeningAt(40_100));
    assertThat(control.settings(ADMINISTRATOR)).isEqualTo(before);
  }

  @Test
  void listenersThatCannotBeOpenedLeaveTheOldConfigurationInForce() throws Exception {
    control.setIdleTimeout(ADMINISTRATOR, 7);
    Settings before = control.settings(ADMINISTRATOR);
    Files.writeString(file, OTHER);
    server.driver.taken = 40_200;
    assertThat(control.reset(ADMINISTRATOR)).isInstanceOf(Result.Failed.class);
    assertThat(control.listening(ADMINISTRATOR)).isEqualTo(listeningAt(40_100));
    assertThat(control.settings(ADMINISTRATOR)).isEqualTo(before);
    assertThat(server.services.policy().methods()).containsExactly(Method.PASSWORD);
    assertThat(server.driver.told).endsWith("start");
    server.driver.taken = -1;
    assertThat(control.reset(ADMINISTRATOR)).isEqualTo(new Result.Done());
    assertThat(control.listening(ADMINISTRATOR)).isEqualTo(listeningAt(40_200));
  }

  @Test
  void stoppedSideStaysStoppedWhenAResetFailsAndIsStartedByOneThatDoesNot() throws Exception {
    control.stop(ADMINISTRATOR);
    Files.writeString(file, OTHER);
    server.driver.taken = 40_200;
    assertThat(control.reset(ADMINISTRATOR)).isInstanceOf(Result.Failed.class);
    assertThat(control.listening(ADMINISTRATOR)).isEmpty();
    server.driver.taken = -1;
    control.reset(ADMINISTRATOR);
    assertThat(control.listening(ADMINISTRATOR)).isEqualTo(listeningAt(40_200));
  }

  @Test
  void startThatCannotListenSaysSoAndMayBeTriedAgain() {
    control.stop(ADMINISTRATOR);
    server.driver.taken = 40_100;
    assertThat(control.start(ADMINISTRATOR)).isInstanceOf(Result.Failed.class);
    assertThat(control.listening(ADMINISTRATOR)).isEmpty();
    server.driver.taken = -1;
    assertThat(control.start(ADMINISTRATOR)).isEqualTo(new Result.Done());
    assertThat(control.listening(ADMINISTRATOR)).isEqualTo(listeningAt(40_100));
  }

  @Test
  void serverThatIsBeingStoppedDoesNotListenAgain() throws Exception {
    server.socks.drain();
    server.driver.told.clear();
    assertThat(control.start(ADMINISTRATOR)).isInstanceOf(Result.NotAllowed.class);
    assertThat(control.reset(ADMINISTRATOR)).isInstanceOf(Result.NotAllowed.class);
    assertThat(server.driver.told).isEmpty();
    assertThat(control.listening(ADMINISTRATOR)).isEmpty();
  }

  /** A key of rcmd/a in a realm of one letter. */
  private static byte[] keytab(char realm) {
    return HexFormat.of()
        .parseHex(
            "05020000002300020001"
                + HexFormat.of().toHexDigits((byte) realm)
                + "000472636d64000161000000010000000002001200040102030400000002");
  }

  @Test
  void switchOfAuthenticationDerivesNoOtherRealmFromTheKeytab() throws Exception {
    Path keys = Files.write(data.resolve("service.keytab"), keytab('R'));
    String gssapi =
        "socks: { listen: ['127.0.0.1:40100'], authentication: [gssapi], gssapi: { keytab: '"
            + keys
            + "' } }\n";
    Files.writeString(file, gssapi);
    control.reset(ADMINISTRATOR);
    Object service = Objects.requireNonNull(server.services.policy().gssapi());
    Files.write(keys, keytab('S'));
    control.switchAuthentication(ADMINISTRATOR, false);
    control.switchAuthentication(ADMINISTRATOR, true);
    control.stop(ADMINISTRATOR);
    control.start(ADMINISTRATOR);
    assertThat(server.services.policy().gssapi()).isSameAs(service);
    Files.writeString(file, gssapi + "rules: [{ allow: true, to: ['192.0.2.0/24'] }]\n");
    server.socks.reload();
    assertThat(server.services.policy().gssapi()).isNotSameAs(service);
  }
}
