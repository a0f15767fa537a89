package dev.argyle.server.manage.door;

import static dev.argyle.server.control.ManagedServer.octets;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argyle.server.admission.Penalties;
import dev.argyle.server.admission.TurnQueue;
import dev.argyle.server.control.Actor;
import dev.argyle.server.control.ManagedServer;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Door;
import dev.argyle.wire.Writable;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Logins at a door, and who leaves before theirs is decided. The protocol is as plain as can be: G
 * is a guess, R the right password, and both are answered by Y or N; M is answered by M; what is
 * none of these is malformed.
 */
@Timeout(60)
@Tag("play")
class DoorLoginTest {

  private static final InetAddress ELSEWHERE = InetAddress.ofLiteral("192.0.2.1");

  private record Word(char letter) implements Writable {
    @Override
    public int length() {
      return 1;
    }

    @Override
    public void write(ByteBuffer out) {
      out.put((byte) letter);
    }
  }

  private static final class Logging extends Conversation {
    Logging(DoorServices services) {
      super(services, Door.FEED);
    }

    @Override
    protected void take(ByteBuffer in) {
      byte first = in.get(in.position());
      if (first == 'M') {
        in.get();
        send(new Word('M'));
        return;
      }
      if (first != 'G' && first != 'R') {
        refuse(new Word('?'));
        return;
      }
      in.get();
      String password = first == 'R' ? ManagedServer.PASSWORD : "guess";
      login(
          ManagedServer.octets("admin"),
          ManagedServer.octets(password),
          who -> {
            if (who == null) {
              end(new Word('N'));
            } else {
              authenticated();
              send(new Word('Y'));
            }
          });
    }
  }

  @TempDir Path data;
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private ManagedServer server;
  private DoorServices services;
  private DoorListener listener;
  private TurnQueue turns;

  @BeforeEach
  void open() throws Exception {
    server = new ManagedServer(data);
    services = server.doorServices(loops);
    turns = services.admission().passwordTurns();
    listener = DoorListener.tcp(services, "127.0.0.1", 0, () -> new Logging(services));
  }

  @AfterEach
  void close() {
    listener.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    server.close();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket();
    socket.connect(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.local().getPort()));
    return socket;
  }

  /** Takes every turn, so that whoever logs in waits. */
  private List<TurnQueue.Turn> takeAllTurns() {
    List<TurnQueue.Turn> asked = new ArrayList<>();
    for (int i = 0; turns.waiting() == 0; i++) {
      InetAddress from = InetAddress.ofLiteral("198.51.100." + i);
      asked.add(requireNonNull(turns.ask(from, _ -> {})));
    }
    asked.removeLast().end();
    return asked;
  }

  private long failures() {
    return server.count(Counter.AUTHENTICATION_FAILURES);
  }

  private int connections() {
    return services.admission().connections(Door.FEED);
  }

  /** 1,775 such logins in ten seconds made minutes of backlog. */
  @Test
  void whoClosesWhileItsLoginWaitsIsNotHashedAndGivesItsPlaceBack() throws Exception {
    List<TurnQueue.Turn> taken = takeAllTurns();
    try (Socket client = connect()) {
      client.getOutputStream().write('G');
      await().until(() -> turns.waiting() == 1);
      assertThat(connections()).isEqualTo(1);
    }
    await().until(() -> turns.waiting() == 0);
    await().until(() -> connections() == 0);
    taken.forEach(TurnQueue.Turn::end);
    assertThat(failures()).isZero();
  }

  @Test
  void whoResetsWhileItsLoginWaitsIsNotHashed() throws Exception {
    List<TurnQueue.Turn> taken = takeAllTurns();
    try (Socket client = connect()) {
      client.getOutputStream().write(octets("GGGG")); // what is sent ahead does not hide it
      await().until(() -> turns.waiting() == 1);
      client.setSoLinger(true, 0);
    }
    await().until(() -> turns.waiting() == 0);
    await().until(() -> connections() == 0);
    taken.forEach(TurnQueue.Turn::end);
    assertThat(failures()).isZero();
  }

  @Test
  void whoEndsItsStreamBehindARequestIsAnswered() throws Exception {
    List<TurnQueue.Turn> taken = takeAllTurns();
    try (Socket client = connect()) {
      client.getOutputStream().write(octets("RM"));
      await().until(() -> turns.waiting() == 1);
      client.shutdownOutput();
      taken.forEach(TurnQueue.Turn::end);
      assertThat(client.getInputStream().readAllBytes()).isEqualTo(octets("YM"));
    }
  }

  @Test
  void loginThatIsCancelledOrWhoseSourceIsRefusedMeanwhileIsNotHashed() throws Exception {
    InetSocketAddress client = new InetSocketAddress(ELSEWHERE, 4711);
    List<TurnQueue.Turn> taken = takeAllTurns();
    CompletableFuture<@Nullable Actor> cancelled =
        server.control().login(Door.FEED, client, octets("admin"), octets(ManagedServer.PASSWORD));
    cancelled.cancel(false);
    assertThat(turns.waiting()).isZero();
    CompletableFuture<@Nullable Actor> refused =
        server.control().login(Door.FEED, client, octets("admin"), octets(ManagedServer.PASSWORD));
    assertThat(turns.waiting()).isEqualTo(1);
    while (!services.admission().isPenalised(ELSEWHERE)) {
      services.admission().penalties().penalise(ELSEWHERE, Penalties.Reason.AUTHENTICATION_FAILED);
    }
    taken.forEach(TurnQueue.Turn::end);
    assertThat(refused.get(60, TimeUnit.SECONDS)).as("though the password is right").isNull();
  }

  @Test
  void placeThatWasKeptWithoutAWordIsPaidForWhenItIsLeft() throws Exception {
    try (Socket silent = connect()) {
      await().until(() -> connections() == 1);
      long begun = System.nanoTime();
      await().until(() -> System.nanoTime() - begun > 200_000_000);
      assertThat(services.admission().penalties().sources()).isZero();
      assertThat(silent.isConnected()).isTrue();
    }
    await().until(() -> services.admission().penalties().sources() == 1);
    await().until(() -> connections() == 0);
  }

  @Test
  void pageThatSendsABrowserToADoorOwesNothing() throws Exception {
    for (String first : List.of("POST / HTTP/1.1\r\n\r\n", "\u0016\u0003\u0001")) {
      try (Socket client = connect()) {
        client.getOutputStream().write(octets(first));
        assertThat(client.getInputStream().readAllBytes()).isEqualTo(octets("?"));
      }
    }
    assertThat(services.admission().penalties().sources()).isZero();
    try (Socket client = connect()) {
      client.getOutputStream().write(octets("XYZ"));
      assertThat(client.getInputStream().readAllBytes()).isEqualTo(octets("?"));
    }
    assertThat(services.admission().penalties().sources()).isEqualTo(1);
  }
}
