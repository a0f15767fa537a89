package dev.argyle.server.session;

import dev.argyle.server.admission.Admitted;
import dev.argyle.server.net.Errno;
import dev.argyle.server.net.SocketEvents;
import dev.argyle.server.net.StreamSocket;
import dev.argyle.server.relay.SweepMember;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.wire.Addresses;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection whose PROXY header is due. The header is looked at where it is and taken whole; what
 * follows is the client's, and a session's. Belongs to its loop.
 */
final class ProxyHeaderWait extends SweepMember implements SocketEvents {

  private static final Logger LOG = LoggerFactory.getLogger(ProxyHeaderWait.class);
  private static final String NO_HEADER = "no PROXY protocol header";
  private static final byte SOCKS_5 = 0x05;
  private static final byte SOCKS_4 = 0x04;

  private final SessionLoop loop;
  private final Services services;
  private final StreamSocket socket;
  private final InetSocketAddress balancer;
  private final Admitted admitted;
  private final long deadlineNanos;
  private boolean over;

  ProxyHeaderWait(
      SessionLoop loop,
      Services services,
      StreamSocket socket,
      InetSocketAddress balancer,
      Admitted admitted) {
    this.loop = loop;
    this.services = services;
    this.socket = socket;
    this.balancer = balancer;
    this.admitted = admitted;
    this.deadlineNanos = System.nanoTime() + services.policy().handshakeNanos();
    loop.sweep().add(this);
  }

  void start() {
    socket.handOver(this);
    if (!socket.register(loop.sockets())) {
      end(EndReason.OUT_OF_RESOURCES);
    }
  }

  @Override
  public void ready() {
    if (over || !socket.mayRead()) {
      return;
    }
    int seen = socket.peek(0, ProxyHeader.MAX_OCTETS);
    if (Errno.wouldBlock(seen)) {
      return;
    }
    if (seen <= 0) {
      end(EndReason.CLIENT_CLOSED);
      return;
    }
    byte[] octets = new byte[seen];
    loop.sockets().buffer().clear().get(octets);
    switch (ProxyHeader.read(octets)) {
      case ProxyHeader.NeedMore _ -> { // more octets make another event
        if (socket.inputEnded()) {
          end(EndReason.CLIENT_CLOSED);
        }
      }
      case ProxyHeader.Malformed _ ->
          failed(EndReason.PROTOCOL_ERROR, NO_HEADER + whatCame(octets[0]));
      case ProxyHeader.Header(InetSocketAddress client, int length) -> begin(client, length);
    }
  }

  /**
   * The header is there.
   *
   * @param client null: the balancer speaks for itself, which is never refused nor penalised
   */
  private void begin(@Nullable InetSocketAddress client, int headerOctets) {
    socket.receive(0, headerOctets);
    if (client != null && !admitted.belongsTo(client.getAddress(), loop.counters())) {
      end(EndReason.AUTHENTICATION_FAILED);
      return;
    }
    InetSocketAddress known = client == null ? balancer : client;
    ClientSession session = new ClientSession(loop, services, socket, known, admitted);
    over = true;
    loop.sweep().remove(this);
    session.start(new HandshakeStage(session), true);
  }

  @Override
  protected void sweep(long nowNanos) {
    if (nowNanos - deadlineNanos >= 0) {
      failed(EndReason.HANDSHAKE_TIMEOUT, NO_HEADER);
    }
  }

  /** Only the log is told: who sends no header here does not speak the balancer's protocol. */
  private void failed(EndReason why, String words) {
    services.admission().proxyHeaderFailed(balancer.getAddress(), new Ending(why, words));
    end(why);
  }

  /** Most often the balancer was not told to send the header. */
  private static String whatCame(byte first) {
    return switch (first) {
      case SOCKS_5 -> ": SOCKS 5 came; set the balancer to send the header";
      case SOCKS_4 -> ": SOCKS 4 came; set the balancer to send the header";
      default -> ": the first octet is " + HexFormat.of().toHexDigits(first);
    };
  }

  @Override
  protected void end(EndReason reason) {
    if (!over) {
      over = true;
      loop.sweep().remove(this);
      loop.removeActive();
      socket.close();
      admitted.leaves();
    }
  }

  @Override
  public void onBug(Throwable bug) {
    loop.counters().add(Counter.BUGS, 1);
    LOG.error(
        "a connection of {} ended by a bug of Argyle", Addresses.text(balancer.getAddress()), bug);
    end(EndReason.BUG);
  }
}
