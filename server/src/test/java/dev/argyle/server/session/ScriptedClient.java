package dev.argyle.server.session;

import static java.util.Objects.requireNonNull;

import dev.argyle.server.admission.Admitted;
import dev.argyle.server.net.Errno;
import dev.argyle.server.net.SocketEvents;
import dev.argyle.server.net.SocketLoop;
import dev.argyle.server.net.StreamSocket;
import dev.argyle.server.telemetry.Door;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A client whose socket is in memory and does what a test says, at a loop of a {@link SessionRig}.
 * No clock ticks for it: the test calls {@link #sweep}. Fields are set before it begins, or on the
 * loop.
 */
final class ScriptedClient implements StreamSocket {

  static final InetSocketAddress ADDRESS = new InetSocketAddress("192.0.2.7", 40_000);

  boolean registers = true;
  boolean endless; // there is always more to receive
  boolean ended;
  int errno; // what calls answer from now on; 0: none
  int accepts = Integer.MAX_VALUE; // octets that a send takes
  boolean outputEnded;
  boolean closed;
  int receives;
  private final SessionRig rig;
  private final SocketLoop sockets;
  private final SessionLoop loop;
  private final ByteArrayOutputStream answers = new ByteArrayOutputStream();
  private SocketEvents owner = SocketEvents.NOBODY;
  private @Nullable ClientSession session;
  private byte[] input = {};
  private boolean mayRead = true;

  ScriptedClient(SessionRig rig) {
    this.rig = rig;
    this.sockets = rig.sockets.getFirst();
    this.loop = rig.services.sessionLoop(sockets);
  }

  /** Does something on the loop, and waits for it; there or elsewhere. */
  void onLoop(Runnable step) {
    if (sockets.eventLoop().inEventLoop()) {
      step.run();
      return;
    }
    sockets.eventLoop().submit(step).syncUninterruptibly();
  }

  /** Arrives, as a client that was accepted. */
  void arrive() {
    onLoop(
        () -> {
          Admitted admitted =
              rig.admission.admits(Door.SOCKS, ADDRESS.getAddress(), sockets.counters());
          loop.addActive();
          ClientSession begun =
              new ClientSession(loop, rig.services, this, ADDRESS, requireNonNull(admitted));
          session = begun;
          begun.start(new HandshakeStage(begun), false);
        });
  }

  /** Arrives as a connection of a balancer, whose PROXY header is due. */
  ProxyHeaderWait arriveByBalancer() {
    Admitted admitted = rig.admission.admitsBalancer(ADDRESS.getAddress(), sockets.counters());
    loop.addActive();
    ProxyHeaderWait wait =
        new ProxyHeaderWait(loop, rig.services, this, ADDRESS, requireNonNull(admitted));
    onLoop(wait::start);
    return wait;
  }

  /** The loop looks at deadlines, at a time of the test's choice. */
  void sweep(long nowNanos) {
    onLoop(() -> requireNonNull(session, "it has not arrived").sweep(nowNanos));
  }

  /** Octets come. */
  void says(String hex) {
    says(SessionRig.octets(hex));
  }

  void says(byte[] octets) {
    onLoop(
        () -> {
          int before = input.length;
          input = Arrays.copyOf(input, before + octets.length);
          System.arraycopy(octets, 0, input, before, octets.length);
          event();
        });
  }

  /** The stream ends. */
  void ends() {
    onLoop(
        () -> {
          ended = true;
          event();
        });
  }

  /** The connection breaks. */
  void breaks(int why) {
    onLoop(
        () -> {
          errno = why;
          event();
        });
  }

  /** An event of the socket, and the session's turn at it; on the loop. */
  void event() {
    mayRead = true;
    owner.guard(owner::ready);
    if (owner instanceof ClientSession asked) {
      asked.guard(asked::turn);
    }
  }

  /** What was answered until now, as hex. */
  String answers() {
    StringBuilder hex = new StringBuilder();
    onLoop(() -> hex.append(HexFormat.of().withUpperCase().formatHex(answers.toByteArray())));
    return hex.toString();
  }

  boolean isClosed() {
    boolean[] is = {false};
    onLoop(() -> is[0] = closed);
    return is[0];
  }

  @Override
  public boolean register(SocketLoop at) {
    return registers;
  }

  @Override
  public void handOver(SocketEvents next) {
    owner = next;
  }

  @Override
  public boolean mayRead() {
    return mayRead && !closed;
  }

  @Override
  public boolean mayWrite() {
    return !closed;
  }

  @Override
  public boolean inputEnded() {
    return ended;
  }

  @Override
  public boolean urgent() {
    return false;
  }

  @Override
  public int error() {
    return errno;
  }

  @Override
  public int receive(int at, int length) {
    receives++;
    if (endless && errno == 0 && !ended) {
      return length;
    }
    int got = peek(at, length);
    if (got > 0) {
      input = Arrays.copyOfRange(input, got, input.length);
    }
    return got;
  }

  @Override
  public boolean looksInPlace() {
    return true;
  }

  @Override
  public int peek(int at, int length) {
    if (errno != 0) {
      return -errno;
    }
    if (input.length == 0) {
      mayRead = ended;
      return ended ? 0 : -Errno.EAGAIN;
    }
    int got = Math.min(length, input.length);
    sockets.buffer().duplicate().clear().put(at, input, 0, got);
    return got;
  }

  @Override
  public int send(int at, int length) {
    if (errno != 0) {
      return -errno;
    }
    int taken = Math.min(length, accepts);
    byte[] octets = new byte[taken];
    sockets.buffer().duplicate().clear().get(at, octets);
    answers.writeBytes(octets);
    return taken;
  }

  @Override
  public void endOutput() {
    outputEnded = true;
  }

  @Override
  public void resetOnClose() {}

  @Override
  public InetSocketAddress localAddress() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1080);
  }

  @Override
  public void close() {
    closed = true;
  }
}
