package dev.argyle.server.session;

import static dev.argyle.server.session.SessionRig.credentials;
import static dev.argyle.server.session.SessionRig.expect;
import static dev.argyle.server.session.SessionRig.expectEndOrReset;
import static dev.argyle.server.session.SessionRig.send;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.argyle.server.admission.Penalties;
import dev.argyle.server.config.Endpoint;
import dev.argyle.server.net.Errno;
import dev.argyle.server.net.LinuxSyscalls;
import dev.argyle.server.net.Syscalls;
import dev.argyle.server.session.SessionRig.Kind;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.EndedConnection;
import dev.argyle.server.telemetry.Journal;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** Listeners, loops and the end of all sessions, on either kind of sockets. */
@Timeout(60)
@Tag("play")
class SocksServerTest extends SocksServerCase {

  @ParameterizedTest
  @EnumSource
  void aPortThatAnotherServerHasIsRefusedWithWords(Kind kind) throws Exception {
    try (SessionRig rig = open(kind);
        ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = other.getLocalPort();
      assertThatThrownBy(() -> rig.server.listen(List.of(new Endpoint("127.0.0.1", port))))
          .isInstanceOf(SocksServer.ListenFailure.class)
          .hasMessage(
              "cannot listen on 127.0.0.1:%d: the address is in use: another server listens there",
              port);
    }
  }

  /**
   * Loops share a port, which must not let a second server take half of the first one's clients.
   */
  @ParameterizedTest
  @EnumSource
  void twoServersNeverShareAPort(Kind kind) throws Exception {
    Path others = Files.createDirectory(data.resolve("others"));
    try (SessionRig rig = open(kind);
        SessionRig second = new SessionRig(kind, others, "", "")) {
      Endpoint taken = new Endpoint("127.0.0.1", rig.listening.getPort());
      assertThatThrownBy(() -> second.server.listen(List.of(taken)))
          .isInstanceOf(SocksServer.ListenFailure.class)
          .hasMessageContaining("the address is in use");
      greet(rig.listening).close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void noEndpointStaysOpenWhenOneIsRefused(Kind kind) throws Exception {
    try (SessionRig rig = open(kind)) {
      rig.server.stopListening();
      int free = freePort();
      Endpoint notOurs = new Endpoint("192.0.2.1", 0);
      assertThatThrownBy(() -> rig.server.listen(List.of(new Endpoint("127.0.0.1", free), notOurs)))
          .isInstanceOf(SocksServer.ListenFailure.class)
          .hasMessage("cannot listen on 192.0.2.1:0: no such address on this machine");
      Awaitility.await().until(() -> !connects(free));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aHostThatDoesNotExistIsRefusedWithAdvice(Kind kind) throws Exception {
    String label = "a".repeat(64); // longer than DNS has them, so nobody is asked
    try (SessionRig rig = open(kind)) {
      assertThatThrownBy(() -> rig.server.listen(List.of(new Endpoint(label + ".invalid", 0))))
          .isInstanceOf(SocksServer.ListenFailure.class)
          .hasMessageEndingWith("no such host; give an address of this machine");
    }
  }

  @ParameterizedTest
  @EnumSource
  void theWildcardAddressTakesClientsAtEveryAddress(Kind kind) throws Exception {
    try (SessionRig rig = open(kind)) {
      InetSocketAddress at = rig.server.listen(List.of(new Endpoint("0.0.0.0", 0))).getFirst();
      rig.server.start();
      for (String address : List.of("127.0.0.1", "127.0.0.2")) {
        greet(new InetSocketAddress(address, at.getPort())).close();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void endpointsAreToldInTheirOrderEachWithItsPort(Kind kind) throws Exception {
    try (SessionRig rig = open(kind)) {
      List<InetSocketAddress> found =
          rig.server.listen(List.of(new Endpoint("127.0.0.3", 0), new Endpoint("127.0.0.1", 0)));
      rig.server.start();
      assertThat(found)
          .extracting(at -> at.getAddress().getHostAddress())
          .containsExactly("127.0.0.3", "127.0.0.1");
      for (InetSocketAddress at : found) {
        greet(at).close();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void clientsBeforeTheStartAreNotLost(Kind kind) throws Exception {
    try (SessionRig rig = open(kind)) {
      InetSocketAddress at = rig.server.listen(List.of(new Endpoint("127.0.0.1", 0))).getFirst();
      try (Socket early = new Socket(at.getAddress(), at.getPort())) {
        early.setSoTimeout(10_000);
        send(early, "05 01 00");
        rig.server.start();
        expect(early, "05 00");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void sessionsGoOnWhenListeningStopsAndThePortCanBeTakenAgain(Kind kind) throws Exception {
    try (SessionRig rig = open(kind);
        Socket before = greet(rig.listening)) {
      int port = rig.listening.getPort();
      rig.server.stopListening();
      Awaitility.await().until(() -> !connects(port));
      rig.server.listen(List.of(new Endpoint("127.0.0.1", port)));
      rig.server.start();
      Socket after = greet(rig.listening);
      for (Socket client : List.of(before, after)) {
        send(client, rig.connectRequest());
        expect(client, "05 00 00 01");
        client.close();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void noStageKeepsASessionFromBeingEnded(Kind kind) throws Exception {
    String balancer = "proxy-protocol: { from: [\"127.0.0.0/8\"] }";
    String rules = "rules:\n  - { allow: false, ports: [1] }\n  - { allow: true }\n";
    List<Socket> clients = new ArrayList<>();
    try (SessionRig rig = open(kind, balancer, rules)) {
      rig.addUser("ana", "secret");
      // The answer to a wrong password is then held back for more than a second.
      for (int i = 0; i < 3; i++) {
        rig.admission
            .penalties()
            .penalise(InetAddress.getLoopbackAddress(), Penalties.Reason.AUTHENTICATION_FAILED);
      }
      clients.add(rig.connect()); // no header
      clients.add(balanced(rig, "05 01", ""));
      clients.add(balanced(rig, "05 01 00 05 01 00 03 04 6E 61 6D 65 00 50", "05 00"));
      clients.add(balanced(rig, "05 01 00 05 02 00 01 00 00 00 00 00 00", "05 00 05 00 00 01"));
      clients.add(balanced(rig, "05 01 00 05 03 00 01 00 00 00 00 00 00", "05 00 05 00 00 01"));
      clients.add(balanced(rig, "05 01 00" + rig.connectRequest(), "05 00 05 00 00 01"));
      clients.add(balanced(rig, "05 01 00 05 01 00 01 7F 00 00 01 00 01", "05 00 05 02 00 01"));
      clients.add(balanced(rig, "05 01 02" + credentials("ana", "wrong"), "05 02"));
      Awaitility.await()
          .atMost(10, TimeUnit.SECONDS)
          .until(
              () ->
                  rig.admission.connections() == 8
                      && rig.sessions() == 7
                      && rig.lookups.get() == 1
                      && rig.count(Counter.AUTHENTICATION_FAILURES) == 1);
      rig.server.endAll(EndReason.DRAINED);
      Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> rig.sessions() == 0);
      for (Socket client : clients) {
        expectNothingMoreThan(client, 6);
      }
      assertThat(rig.lookupsCancelled).hasValue(1);
      rig.ended(7);
      assertThat(rig.telemetry.journal().page(Journal.NEWEST, 10).connections())
          .extracting(EndedConnection::reason)
          .containsOnly(EndReason.DRAINED);
    } finally {
      for (Socket client : clients) {
        client.close();
      }
    }
  }

  /** A client of a balancer, that has come as far as its answers say. */
  private static Socket balanced(SessionRig rig, String octets, String answers) throws IOException {
    Socket client = rig.connect();
    String header = HexFormat.of().formatHex("PROXY UNKNOWN\r\n".getBytes(US_ASCII));
    send(client, header + octets);
    expect(client, answers);
    return client;
  }

  /** At most the rest of a reply, then the end. */
  private static void expectNothingMoreThan(Socket client, int octets) throws IOException {
    try {
      assertThat(client.getInputStream().readAllBytes()).hasSizeLessThanOrEqualTo(octets);
    } catch (SocketException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
  }

  @Test
  void clientsWaitWhileDescriptorsAreShortAndTheOperatorIsToldOnce() throws Exception {
    AtomicBoolean shortage = new AtomicBoolean();
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger(Services.class);
    log.start();
    logger.addAppender(log);
    try (SessionRig rig =
            new SessionRig(Kind.LINUX, data, "", "", 2, () -> withoutAccept(shortage));
        Socket before = greet(rig.listening)) {
      shortage.set(true);
      try (Socket waits = rig.connect()) {
        send(waits, "05 01 00");
        Awaitility.await()
            .atMost(10, TimeUnit.SECONDS)
            .until(() -> rig.count(Counter.DESCRIPTOR_SHORTAGES) >= 3);
        send(before, rig.connectRequest());
        expect(before, "05 00 00 01");
        shortage.set(false);
        expect(waits, "05 00");
      }
    } finally {
      logger.detachAppender(log);
    }
    assertThat(log.list)
        .singleElement()
        .extracting(ILoggingEvent::getFormattedMessage)
        .asString()
        .startsWith("cannot accept clients for a while: out of file descriptors");
  }

  /** The kernel's calls, but that there are no descriptors for clients at times. */
  private static Syscalls withoutAccept(AtomicBoolean shortage) {
    Syscalls real = new LinuxSyscalls();
    return (Syscalls)
        Proxy.newProxyInstance(
            Syscalls.class.getClassLoader(),
            new Class<?>[] {Syscalls.class},
            (proxy, method, arguments) -> {
              if (shortage.get() && method.getName().equals("accept")) {
                return -Errno.EMFILE;
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
              }
            });
  }

  @ParameterizedTest
  @EnumSource
  void aClosedServerHasNoSessionsAndNoListeners(Kind kind) throws Exception {
    try (SessionRig rig = open(kind);
        Socket client = greet(rig.listening)) {
      rig.server.close();
      expectEndOrReset(client);
      assertThat(rig.ended(1).reason()).isEqualTo(EndReason.DRAINED);
      Awaitility.await().until(() -> !connects(rig.listening.getPort()));
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
