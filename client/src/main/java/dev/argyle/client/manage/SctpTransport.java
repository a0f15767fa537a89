package dev.argyle.client.manage;

import com.sun.nio.sctp.MessageInfo;
import com.sun.nio.sctp.SctpChannel;
import dev.argyle.wire.Deadline;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import org.jspecify.annotations.Nullable;

/**
 * One-to-one style SCTP (RFC 6458, section 4). A request is one message on stream 0; answers are
 * taken as octets, whatever their messages are.
 */
final class SctpTransport implements ServerConnection.Transport {

  private static final int STREAM = 0;

  private final SctpChannel channel;

  private SctpTransport(SctpChannel channel) {
    this.channel = channel;
  }

  /** In words: where classes could not be loaded, Java's message is the name of one, or none. */
  static String whyMissing(Throwable missing) {
    String message = missing.getMessage();
    if (missing instanceof LinkageError) {
      return "what Java needs for it could not be loaded";
    }
    return message == null || message.isBlank() ? "this system does not offer it" : message;
  }

  /** Connects, on systems that have SCTP. */
  static ServerConnection connect(Peer server, Deadline deadline) throws ManagementException {
    SctpTransport transport;
    try {
      transport = new SctpTransport(SctpChannel.open());
    } catch (IOException | UnsupportedOperationException | LinkageError missing) {
      throw server.failure(
          "connect", new ManagementException.Reason.NoSctp(whyMissing(missing)), missing);
    }
    try {
      return ServerConnection.open(server, transport, deadline);
    } catch (ManagementException failed) {
      throw failed;
    } catch (IOException shortage) {
      throw ServerConnection.unreachable(server, shortage);
    }
  }

  @Override
  public SelectableChannel channel() {
    return channel;
  }

  @Override
  public boolean connect(InetSocketAddress server) throws IOException {
    return channel.connect(server);
  }

  @Override
  public void finishConnect() throws IOException {
    channel.finishConnect();
  }

  @Override
  public void send(ByteBuffer octets) throws IOException {
    @Nullable SocketAddress primary = null; // of the peer's addresses
    channel.send(octets, MessageInfo.createOutgoing(primary, STREAM));
  }

  @Override
  public int receive(ByteBuffer into) throws IOException {
    @Nullable MessageInfo message = channel.receive(into, null, null);
    return message == null ? 0 : message.bytes();
  }
}
