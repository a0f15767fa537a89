package dev.argyle.server.session;

import static dev.argyle.server.session.SessionRig.send;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.session.SessionRig.Kind;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which loop a new client goes to. */
@Timeout(60)
@Tag("play")
class SpreadClientsTest extends SocksServerCase {

  /** With NIO one loop accepts all; on Linux the kernel's hash may favour one. */
  @ParameterizedTest
  @EnumSource
  void clientsAreSpreadEvenlyOverTheLoopsAndNoneIsLost(Kind kind) throws Exception {
    List<Socket> clients = new ArrayList<>();
    try (SessionRig rig = open(kind)) {
      Map<Long, String> loopOf = loopsOfTunnels(rig);
      rig.server.sweepEvery(Duration.ofHours(1)); // no tunnel rests
      for (int i = 0; i < 24; i++) {
        Socket client = tunnel(rig);
        clients.add(client);
        try (Socket target = rig.accept()) {
          target.getOutputStream().write(i);
        }
        assertThat(client.getInputStream().read()).isEqualTo(i);
      }
      assertThat(loopOf).hasSize(24);
      assertThat(rig.sessions()).isEqualTo(24);
      assertThat(clientsOfEachLoop(loopOf)).containsExactly(8, 8, 8);
    } finally {
      closeAll(clients);
    }
  }

  /** Clients that were handed over and have not begun count as well. */
  @ParameterizedTest
  @EnumSource
  void aCrowdThatComesAtOnceIsNotSentToOneLoop(Kind kind) throws Exception {
    List<Socket> clients = new ArrayList<>();
    try (SessionRig rig = open(kind)) {
      Map<Long, String> loopOf = loopsOfTunnels(rig);
      rig.server.sweepEvery(Duration.ofHours(1)); // no tunnel rests
      for (int i = 0; i < 63; i++) {
        Socket client = rig.connect();
        clients.add(client);
        send(client, "05 01 00" + rig.connectRequest());
      }
      for (int i = 0; i < 63; i++) {
        clients.add(rig.accept());
      }
      Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> loopOf.size() == 63);
      assertThat(clientsOfEachLoop(loopOf)).containsExactly(21, 21, 21);
    } finally {
      closeAll(clients);
    }
  }

  /** A loop with many tunnels at rest is free; one whose few tunnels move octets is not. */
  @ParameterizedTest
  @EnumSource
  void newClientsGoWhereTheFewestTunnelsMoveOctets(Kind kind) throws Exception {
    List<Socket> clients = new ArrayList<>();
    try (SessionRig rig = open(kind)) {
      Map<Long, String> loopOf = loopsOfTunnels(rig);
      Map<String, List<Socket>> clientsOf = new TreeMap<>();
      for (int i = 0; i < 6; i++) {
        Socket client = tunnel(rig);
        clients.add(client);
        clients.add(rig.accept());
        Awaitility.await().until(() -> !loopOf.isEmpty());
        String loop = requireNonNull(loopOf.remove(Collections.max(loopOf.keySet())));
        clientsOf.computeIfAbsent(loop, _ -> new ArrayList<>()).add(client);
      }
      Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> rig.server.activeClients() == 0);
      rig.server.sweepEvery(Duration.ofHours(1)); // from now on who is active stays active
      String busy = clientsOf.keySet().iterator().next();
      for (Socket client : requireNonNull(clientsOf.get(busy))) {
        client.getOutputStream().write(1);
      }
      int active = requireNonNull(clientsOf.get(busy)).size();
      Awaitility.await()
          .atMost(20, TimeUnit.SECONDS)
          .until(() -> rig.server.activeClients() == active);
      loopOf.clear();
      for (int i = 0; i < 2 * active; i++) { // the other two loops have none
        clients.add(tunnel(rig));
        clients.add(rig.accept());
      }
      Awaitility.await().until(() -> loopOf.size() == 2 * active);
      assertThat(loopOf).doesNotContainValue(busy);
    } finally {
      closeAll(clients);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoeverLeavesIsNoLongerCountedAsActive(Kind kind) throws Exception {
    String balancer = "proxy-protocol: { from: [\"127.0.0.2/32\"] }";
    try (SessionRig rig = open(kind, balancer, "")) {
      try (Socket tunnel = tunnel(rig);
          Socket target = rig.accept();
          Socket greeted = greet(rig.listening);
          Socket noHeader = new Socket()) {
        noHeader.bind(new InetSocketAddress("127.0.0.2", 0));
        noHeader.connect(rig.listening);
        Awaitility.await()
            .atMost(20, TimeUnit.SECONDS)
            .until(() -> rig.server.activeClients() == 2); // the tunnel rests
        target.getOutputStream().write(1);
        assertThat(tunnel.getInputStream().read()).isEqualTo(1);
      }
      Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> rig.sessions() == 0);
      Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> rig.server.activeClients() == 0);
    }
  }

  /** The loop of each tunnel, as it is opened. */
  private static Map<Long, String> loopsOfTunnels(SessionRig rig) {
    Map<Long, String> loopOf = new ConcurrentHashMap<>();
    rig.services.taps(
        connection -> {
          loopOf.put(connection.id(), Thread.currentThread().getName());
          return null;
        });
    return loopOf;
  }

  private static List<Integer> clientsOfEachLoop(Map<Long, String> loopOf) {
    List<Integer> clients = new ArrayList<>();
    for (String loop : new TreeSet<>(loopOf.values())) {
      clients.add(Collections.frequency(loopOf.values(), loop));
    }
    return clients;
  }

  private static Socket tunnel(SessionRig rig) throws IOException {
    Socket client = greet(rig.listening);
    send(client, rig.connectRequest());
    client.getInputStream().readNBytes(10);
    return client;
  }

  private static void closeAll(List<Socket> sockets) throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
