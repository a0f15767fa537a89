import dev.argyle.client.Credentials;
import dev.argyle.client.GssapiCredentials;
import dev.argyle.wire.gssapi.Protection;
import dev.argyle.client.SocksBinding;
import dev.argyle.client.SocksClient;
import dev.argyle.client.SocksDatagramChannel;
import dev.argyle.client.SocksSocket;
import dev.argyle.wire.Destination;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.Executors;

/**
 * The client library at work, told by lines of standard input, which it answers with a line each:
 * "LEVEL CACHE COMMAND HOST PORT NUMBER", with a level of Protection or "NEC". Started by
 * test_gssapi.py as a source file, with the proxy's address as arguments.
 */
class JavaClient {

  private static final Duration LONG = Duration.ofSeconds(60);

  private final InetSocketAddress proxy;

  JavaClient(InetSocketAddress proxy) {
    this.proxy = proxy;
  }

  public static void main(String[] arguments) throws IOException {
    JavaClient client =
        new JavaClient(new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1])));
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String answer;
      try {
        answer = "ok " + client.answer(line.split(" "));
      } catch (Exception failed) {
        answer = "failed " + failed.getClass().getSimpleName() + " " + failed.getMessage();
      }
      System.out.println(answer);
    }
  }

  private SocksClient client(String level, String cache) {
    GssapiCredentials ticket = Credentials.gssapi("rcmd@localhost").ticketCache(Path.of(cache));
    return SocksClient.at(proxy)
        .credentials(
            level.equals("NEC") ? ticket.nec() : ticket.protection(Protection.valueOf(level)))
        .build();
  }

  private String answer(String[] words) throws Exception {
    SocksClient client = client(words[0], words[1]);
    InetSocketAddress place = new InetSocketAddress(words[3], Integer.parseInt(words[4]));
    int number = Integer.parseInt(words[5]);
    return switch (words[2]) {
      case "tunnel" -> tunnel(client, place, number);
      case "many" -> many(client, place, number);
      case "datagram" -> datagram(client, place, number);
      case "bind" -> bind(client, place);
      default -> throw new IllegalArgumentException(words[2]);
    };
  }

  /** Sends so many octets and the end, and meanwhile reads to the end: both hashes. */
  private static String tunnel(SocksClient client, InetSocketAddress place, int octets)
      throws Exception {
    try (SocksSocket tunnel = client.connect(place);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      tunnel.setSoTimeout((int) LONG.toMillis());
      Future<String> sent = threads.submit(() -> send(tunnel, octets));
      String received = received(tunnel.getInputStream());
      return sent.get() + " " + received;
    }
  }

  private static String send(SocksSocket tunnel, int octets) throws Exception {
    MessageDigest hash = MessageDigest.getInstance("SHA-256");
    OutputStream out = tunnel.getOutputStream();
    byte[] piece = new byte[100_003];
    new Random(octets).nextBytes(piece);
    for (int left = octets; left > 0; left -= piece.length) {
      int count = Math.min(left, piece.length);
      piece[0]++;
      hash.update(piece, 0, count);
      out.write(piece, 0, count);
    }
    tunnel.shutdownOutput();
    return HexFormat.of().formatHex(hash.digest());
  }

  private static String received(InputStream in) throws Exception {
    MessageDigest hash = MessageDigest.getInstance("SHA-256");
    byte[] piece = new byte[1 << 16];
    for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
      hash.update(piece, 0, count);
    }
    return HexFormat.of().formatHex(hash.digest());
  }

  /** So many tunnels at once; how many gave back what they were sent. */
  private static String many(SocksClient client, InetSocketAddress place, int tunnels)
      throws Exception {
    CountDownLatch open = new CountDownLatch(tunnels);
    List<Future<Boolean>> all = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < tunnels; i++) {
        byte[] own = ("tunnel " + i).repeat(100).getBytes();
        all.add(
            threads.submit(
                () -> {
                  try (SocksSocket tunnel = client.connect(place)) {
                    open.countDown();
                    open.await();
                    tunnel.setSoTimeout((int) LONG.toMillis());
                    tunnel.getOutputStream().write(own);
                    tunnel.shutdownOutput();
                    return java.util.Arrays.equals(own, tunnel.getInputStream().readAllBytes());
                  } finally {
                    open.countDown();
                  }
                }));
      }
    }
    int alike = 0;
    for (Future<Boolean> one : all) {
      alike += one.get() ? 1 : 0;
    }
    return Integer.toString(alike);
  }

  /** A datagram of that size; 0: the largest. How large it was, when it came back alike. */
  private static String datagram(SocksClient client, InetSocketAddress place, int octets)
      throws IOException {
    Destination to = Destination.of(place);
    try (SocksDatagramChannel channel = client.associate()) {
      byte[] payload = new byte[octets == 0 ? channel.maxPayloadOctets(to) : octets];
      new Random(octets).nextBytes(payload);
      ByteBuffer back = ByteBuffer.allocate(SocksDatagramChannel.MAX_DATAGRAM_OCTETS);
      channel.send(ByteBuffer.wrap(payload), to);
      Destination from = channel.receive(back, Duration.ofSeconds(10));
      if (!from.equals(to) || !back.flip().equals(ByteBuffer.wrap(payload))) {
        throw new IOException("another one came back, from " + from);
      }
      return Integer.toString(payload.length);
    }
  }

  /** Tells where it listens, and gives back what the peer sends. */
  private static String bind(SocksClient client, InetSocketAddress expected) throws IOException {
    try (SocksBinding binding = client.bind(Destination.of(expected))) {
      System.out.println("listening " + binding.address().getPort());
      try (SocksSocket peer = binding.accept(Duration.ofSeconds(10))) {
        peer.getInputStream().transferTo(peer.getOutputStream());
        peer.shutdownOutput();
        return Integer.toString(peer.getPort());
      }
    }
  }
}
