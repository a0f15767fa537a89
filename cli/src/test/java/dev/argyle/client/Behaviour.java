package dev.argyle.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.wire.Destination;
import dev.argyle.wire.Host;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What is tried with every make of server: a row each of the manual's table. */
enum Behaviour {
  CONNECT_IPV4("CONNECT to an IPv4 address", server -> tunnel(server, "127.0.0.1")),
  CONNECT_IPV6("CONNECT to an IPv6 address", server -> tunnel(server, "::1")),
  CONNECT_NAME("CONNECT to a name", server -> tunnel(server, "localhost")),
  BOUND("CONNECT's reply has the outbound address", Behaviour::boundAddress),
  REFUSED("CONNECT to a closed port", Behaviour::closedPort),
  BULK("8 MiB each way, at once", Behaviour::bulk),
  HALF_CLOSE("half-close by the client", Behaviour::halfClose),
  REMOTE_HALF_CLOSE("half-close by the destination", Behaviour::remoteHalfClose),
  PASSWORD("the right password", true, server -> credentials(server, Make.USER, Make.PASSWORD)),
  WRONG_PASSWORD("a wrong password", true, server -> credentials(server, "root", "is wrong")),
  BIND("BIND: both replies, and octets both ways", Behaviour::bind),
  UDP_IPV4("UDP to an IPv4 address", server -> udp(server, loopback(), 512)),
  UDP_IPV6("UDP to an IPv6 address", server -> udp(server, host("::1"), 512)),
  UDP_NAME("UDP to a name", server -> udp(server, new Host.Name("localhost"), 512)),
  UDP_LARGEST("UDP, 65,497 octets", server -> udp(server, loopback(), 65_497)),
  UDP_FRAGMENTS("UDP, 8,000 octets in fragments", Behaviour::fragments),
  UDP_ANNOUNCED("UDP with the source announced", Behaviour::announced);

  interface Trial {
    void run(Make.Running server) throws Exception;
  }

  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Duration DATAGRAM = Duration.ofSeconds(5);
  private static final int MIB = 1 << 20;

  private final String title;
  private final boolean password;
  private final Trial trial;

  Behaviour(String title, Trial trial) {
    this(title, false, trial);
  }

  Behaviour(String title, boolean password, Trial trial) {
    this.title = title;
    this.password = password;
    this.trial = trial;
  }

  /** Its row in the manual's table. */
  String title() {
    return title;
  }

  boolean needsPassword() {
    return password;
  }

  /** In the words of the manual's table. */
  String outcome(Make.Running server) throws Exception {
    try {
      trial.run(server);
      return "passes";
    } catch (SocksException refused) {
      return switch (refused.reason()) {
        case SocksException.Reason.Refused(var code) -> "REP 0" + code.code();
        case SocksException.Reason.AuthenticationRefused _ -> "refused";
        case SocksException.Reason.NoAcceptableMethod _ -> "no method";
        case SocksException.Reason.ProtocolViolation _ -> "protocol violation";
        case SocksException.Reason.ClosedByServer _ -> "closes";
        case SocksException.Reason.AssociationEnded _ -> "ends";
        case SocksException.Reason.GssapiFailed _, SocksException.Reason.ProtectionTooWeak _ ->
            "no ticket";
        case SocksException.Reason.Aborted _ -> "aborts";
      };
    } catch (ExecutionException destination) {
      return words(destination.getCause());
    } catch (IOException client) {
      return words(client);
    }
  }

  /** What came instead is no surprise, but is not what should have come. */
  private static final class Otherwise extends IOException {

    private static final long serialVersionUID = 1;

    Otherwise(String words) {
      super(words);
    }
  }

  private static String words(@Nullable Throwable failure) throws IOException {
    return switch (failure) {
      case Otherwise otherwise -> String.valueOf(otherwise.getMessage());
      case SocketTimeoutException _ -> "silent";
      case SocketException _ -> "lost"; // a reset, a broken pipe
      case null, default -> throw new IOException(failure);
    };
  }

  private static Host loopback() {
    return host("127.0.0.1");
  }

  private static Host host(String literal) {
    return Host.of(InetAddress.ofLiteral(literal));
  }

  private static ServerSocket listener(String host) throws IOException {
    ServerSocket listener = new ServerSocket(0, 50, InetAddress.getByName(host));
    listener.setSoTimeout((int) LONG.toMillis());
    return listener;
  }

  private interface Side {
    void play(Socket socket) throws IOException;
  }

  /** Both ends of a tunnel; the destination's is played by a thread of its own. */
  private static void tunnel(Make.Running server, String host, Side destination, Side client)
      throws Exception {
    try (ServerSocket listener = listener(host.equals("localhost") ? "127.0.0.1" : host)) {
      CompletableFuture<Void> played = new CompletableFuture<>();
      Thread.startVirtualThread(
          () -> {
            try (Socket socket = listener.accept()) {
              socket.setSoTimeout((int) LONG.toMillis());
              destination.play(socket);
              played.complete(null);
            } catch (IOException | AssertionError failed) {
              played.completeExceptionally(failed);
            }
          });
      try (Socket socket = server.client().build().connect(host, listener.getLocalPort())) {
        socket.setSoTimeout((int) LONG.toMillis());
        client.play(socket);
      }
      played.get(LONG.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private static void tunnel(Make.Running server, String host) throws Exception {
    tunnel(
        server,
        host,
        socket -> socket.getOutputStream().write(socket.getInputStream().readNBytes(5)),
        socket -> {
          socket.getOutputStream().write("hello".getBytes());
          assertThat(socket.getInputStream().readNBytes(5)).asString().isEqualTo("hello");
        });
  }

  private static void boundAddress(Make.Running server) throws Exception {
    CompletableFuture<Integer> seen = new CompletableFuture<>();
    tunnel(
        server,
        "127.0.0.1",
        socket -> {
          seen.complete(socket.getPort());
          socket.getInputStream().read();
        },
        socket -> {
          InetSocketAddress bound = ((SocksSocket) socket).boundAddress();
          assertThat(seen.orTimeout(10, TimeUnit.SECONDS).join()).isPositive();
          if (bound == null || bound.getPort() != seen.join()) {
            throw new Otherwise("not said");
          }
        });
  }

  private static void closedPort(Make.Running server) throws Exception {
    int closed;
    try (ServerSocket listener = listener("127.0.0.1")) {
      closed = listener.getLocalPort();
    }
    server.client().build().connect("127.0.0.1", closed).close();
  }

  private static void bulk(Make.Running server) throws Exception {
    Side side =
        socket -> {
          byte[] payload = new byte[8 * MIB];
          new Random(1).nextBytes(payload);
          CompletableFuture<Void> sent = new CompletableFuture<>();
          Thread.startVirtualThread(
              () -> {
                try {
                  socket.getOutputStream().write(payload);
                  sent.complete(null);
                } catch (IOException failed) {
                  sent.completeExceptionally(failed);
                }
              });
          assertThat(socket.getInputStream().readNBytes(payload.length)).isEqualTo(payload);
          sent.orTimeout(10, TimeUnit.SECONDS).join();
        };
    tunnel(server, "127.0.0.1", side, side);
  }

  private static void halfClose(Make.Running server) throws Exception {
    tunnel(
        server,
        "127.0.0.1",
        socket -> {
          int octets = socket.getInputStream().readAllBytes().length;
          socket.getOutputStream().write(octets);
        },
        socket -> {
          socket.getOutputStream().write(new byte[100]);
          socket.shutdownOutput();
          int answer = socket.getInputStream().read();
          requireSaid(answer, 100);
        });
  }

  private static void remoteHalfClose(Make.Running server) throws Exception {
    tunnel(
        server,
        "127.0.0.1",
        socket -> {
          socket.shutdownOutput();
          requireSaid(socket.getInputStream().read(), 42);
        },
        socket -> {
          assertThat(socket.getInputStream().read()).isEqualTo(-1);
          socket.getOutputStream().write(42);
        });
  }

  /** Servers that end both directions at once lose this: the table says so. */
  private static void requireSaid(int got, int expected) throws IOException {
    if (got != expected) {
      throw new Otherwise("lost");
    }
  }

  private static void credentials(Make.Running server, String user, String password)
      throws Exception {
    try (ServerSocket listener = listener("127.0.0.1")) {
      server
          .client()
          .credentials(Credentials.password(user, password.toCharArray()))
          .build()
          .connect("127.0.0.1", listener.getLocalPort())
          .close();
    }
  }

  private static void bind(Make.Running server) throws Exception {
    Destination expected = new Destination(loopback(), 0);
    try (SocksBinding binding = server.client().build().bind(expected);
        Socket peer = new Socket(binding.address().getAddress(), binding.address().getPort());
        SocksSocket socket = binding.accept(LONG)) {
      peer.setSoTimeout((int) LONG.toMillis());
      socket.setSoTimeout((int) LONG.toMillis());
      assertThat(socket.getRemoteSocketAddress()).isEqualTo(peer.getLocalSocketAddress());
      exchange(peer, socket);
      exchange(socket, peer);
      peer.shutdownOutput();
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  private static void exchange(Socket from, Socket to) throws IOException {
    from.getOutputStream().write("hello".getBytes());
    InputStream in = to.getInputStream();
    assertThat(in.readNBytes(5)).asString().isEqualTo("hello");
  }

  private static void udp(Make.Running server, Host host, int octets) throws Exception {
    try (SocksDatagramChannel channel = server.client().build().associate()) {
      echoed(channel, host, octets, channel::send);
    }
  }

  private static void announced(Make.Running server) throws Exception {
    try (var channel = server.client().announceUdpSource(true).build().associate()) {
      echoed(channel, loopback(), 512, channel::send);
    }
  }

  private static void fragments(Make.Running server) throws Exception {
    try (SocksDatagramChannel channel = server.client().build().associate()) {
      echoed(channel, loopback(), 8000, (payload, to) -> channel.sendFragmented(payload, to, 1000));
    }
  }

  private interface Sending {
    void send(ByteBuffer payload, Destination to) throws IOException;
  }

  private static void echoed(SocksDatagramChannel channel, Host host, int octets, Sending sending)
      throws Exception {
    InetAddress address =
        switch (host) {
          case Host.Ipv6(var six) -> six;
          case Host.Ipv4 _, Host.Name _ -> InetAddress.ofLiteral("127.0.0.1");
        };
    try (DatagramSocket echo = new DatagramSocket(0, address)) {
      Thread.startVirtualThread(() -> echo(echo));
      byte[] payload = new byte[octets];
      new Random(2).nextBytes(payload);
      sending.send(ByteBuffer.wrap(payload), new Destination(host, echo.getLocalPort()));
      ByteBuffer into = ByteBuffer.allocate(SocksDatagramChannel.MAX_DATAGRAM_OCTETS);
      Destination from = channel.receive(into, DATAGRAM);
      assertThat(into.flip()).isEqualTo(ByteBuffer.wrap(payload));
      assertThat(from.port()).isEqualTo(echo.getLocalPort());
    }
  }

  private static void echo(DatagramSocket socket) {
    try {
      DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
      socket.receive(packet);
      socket.send(packet);
    } catch (IOException closed) {
      // the trial is over
    }
  }
}
