package dev.argyle.client;

import dev.argyle.wire.Deadline;
import dev.argyle.wire.socks.Reply;
import dev.argyle.wire.socks.Request;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * Carries out a {@link Handshake} on a connected channel in blocking mode. Used by one thread at a
 * time. Whoever gets an exception from it closes the channel, unless it says otherwise.
 */
final class ControlConnection {

  private final SocketChannel channel;
  private final Socket socket;
  private final Handshake handshake;
  private final String server;
  private final String asked;
  private final ByteBuffer in;

  /**
   * @param channel connected to the server
   * @param server for messages
   */
  ControlConnection(
      SocketChannel channel, Credentials credentials, Request request, String server) {
    this.channel = channel;
    this.socket = channel.socket();
    this.handshake = new Handshake(credentials, request);
    this.in = ByteBuffer.allocate(handshake.maxMessageOctets()).limit(0);
    this.server = server;
    this.asked =
        switch (request) {
          case Request.Connect connect -> "CONNECT to " + Destinations.shown(connect.destination());
          case Request.Bind bind -> "BIND for " + Destinations.shown(bind.destination());
          case Request.UdpAssociate _ -> "UDP ASSOCIATE";
        };
  }

  SocketChannel channel() {
    return channel;
  }

  /** The address that the server was reached at. */
  InetSocketAddress serverAddress() throws IOException {
    return (InetSocketAddress) channel.getRemoteAddress();
  }

  /**
   * Goes on to the next reply, which is one of success. SO_TIMEOUT is what it was before
   * afterwards.
   *
   * @throws SocketTimeoutException if it has not come until then; octets that have come are kept,
   *     so the wait can go on in another call
   * @throws SocksException if it will not come
   */
  Reply reply(Deadline deadline) throws IOException {
    int timeoutBefore = socket.getSoTimeout();
    try {
      Reply reply = null;
      while (reply == null) {
        reply = step(deadline);
      }
      return reply;
    } finally {
      if (channel.isOpen()) {
        socket.setSoTimeout(timeoutBefore);
      }
    }
  }

  /** What protects the tunnel; null: nothing does. After the last reply. */
  @Nullable Seal seal() {
    return handshake.seal();
  }

  /** The tunnel's streams if it is sealed. After the last reply, once. */
  @Nullable SealedTunnel sealedTunnel() {
    Seal seal = handshake.seal();
    return seal == null ? null : new SealedTunnel(this, seal, handshake.opened());
  }

  private @Nullable Reply step(Deadline deadline) throws IOException {
    switch (handshake.next(in)) {
      case null -> receive(deadline);
      case Handshake.Action.Send(var message) -> socket.getOutputStream().write(message.octets());
      case Handshake.Action.Answered(Reply reply) -> {
        return reply;
      }
      case Handshake.Action.Failed(var reason) -> throw exception(reason);
    }
    return null;
  }

  /** What this server did wrong with this request. */
  SocksException exception(SocksException.Reason reason) {
    return new SocksException(server, asked, reason);
  }

  private void receive(Deadline deadline) throws IOException {
    int read = read(handshake.wanted(in), deadline);
    if (read < 0 && handshake.ended(in) instanceof Handshake.Action.Failed(var reason)) {
      throw exception(reason);
    }
  }

  private int read(int octets, Deadline deadline) throws IOException {
    String late =
        "SOCKS server " + server + ": " + asked + ": " + handshake.state().owed() + " is overdue";
    socket.setSoTimeout(millisLeft(deadline, late));
    in.compact();
    try {
      byte[] into = in.array();
      int read = socket.getInputStream().read(into, in.position(), octets);
      in.position(in.position() + Math.max(read, 0));
      return read;
    } catch (SocketTimeoutException overdue) {
      throw timeout(late, overdue);
    } finally {
      in.flip();
    }
  }

  /**
   * How long there is left, for {@code setSoTimeout}.
   *
   * @throws SocketTimeoutException with these words if the deadline has passed
   */
  static int millisLeft(Deadline deadline, String late) throws SocketTimeoutException {
    int left = deadline.millisLeft();
    if (left == 0) { // which would mean for ever
      throw new SocketTimeoutException(late);
    }
    return left;
  }

  static SocketTimeoutException timeout(String words, @Nullable Throwable cause) {
    SocketTimeoutException timeout = new SocketTimeoutException(words);
    timeout.initCause(cause);
    return timeout;
  }
}
