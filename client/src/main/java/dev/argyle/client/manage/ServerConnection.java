package dev.argyle.client.manage;

import dev.argyle.client.manage.ManagementException.Reason;
import dev.argyle.wire.Deadline;
import dev.argyle.wire.Decoded;
import dev.argyle.wire.Writable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A connection of octets to a server, over TCP or SCTP. Used by one thread at a time. Behind an
 * exception of {@link #exchange} it is closed: where the next answer begins is not known then.
 */
final class ServerConnection implements AutoCloseable {

  /** An answer is never longer: some 100,000 of the longest names, or a million usual ones. */
  static final int MAX_ANSWER_OCTETS = 32 * 1024 * 1024;

  private static final int FIRST_OCTETS = 4 * 1024;

  /** What TCP and SCTP do differently. None of these blocks. */
  interface Transport {

    SelectableChannel channel();

    /** Whether it is connected already. */
    boolean connect(InetSocketAddress server) throws IOException;

    void finishConnect() throws IOException;

    void send(ByteBuffer octets) throws IOException;

    /** How many octets came; -1: the server has closed. */
    int receive(ByteBuffer into) throws IOException;
  }

  private final Peer server;
  private final Transport transport;
  private final ChannelSelector selector;
  private ByteBuffer in = ByteBuffer.allocate(FIRST_OCTETS); // for reading from its start

  private ServerConnection(Peer server, Transport transport, ChannelSelector selector) {
    this.server = server;
    this.transport = transport;
    this.selector = selector;
  }

  /** Connects over TCP. */
  static ServerConnection tcp(Peer server, Deadline deadline) throws ManagementException {
    try {
      return open(server, new Tcp(SocketChannel.open()), deadline);
    } catch (ManagementException failed) {
      throw failed;
    } catch (IOException shortage) {
      throw unreachable(server, shortage);
    }
  }

  /** Connects, whatever the transport; it is closed if that fails. */
  static ServerConnection open(Peer server, Transport transport, Deadline deadline)
      throws IOException {
    ServerConnection connection =
        new ServerConnection(server, transport, new ChannelSelector(transport.channel()));
    boolean connected = false;
    try {
      connection.connect(deadline);
      connected = true;
      return connection;
    } finally {
      if (!connected) {
        connection.close();
      }
    }
  }

  static ManagementException unreachable(Peer server, IOException why) {
    return server.failure("connect", new Reason.Unreachable(String.valueOf(why.getMessage())), why);
  }

  private void connect(Deadline deadline) throws ManagementException {
    InetSocketAddress address = server.resolved("connect", deadline);
    try {
      if (!transport.connect(address)) {
        await("connect", SelectionKey.OP_CONNECT, deadline);
        transport.finishConnect();
      }
    } catch (ManagementException failed) {
      throw failed;
    } catch (IOException refused) {
      throw unreachable(server, refused);
    }
  }

  /**
   * Sends a message, and reads the answer to it.
   *
   * @param asked for messages
   * @param reader of the answer, from the octets that have come
   */
  <M> M exchange(
      String asked, Writable message, Function<ByteBuffer, Decoded<M, Void>> reader, Deadline until)
      throws ManagementException {
    boolean answered = false;
    try {
      send(asked, message, until);
      M answer = answer(asked, reader, until);
      answered = true;
      return answer;
    } catch (ManagementException failed) {
      throw failed;
    } catch (IOException broken) {
      throw server.failure(asked, gone(), broken);
    } finally {
      if (!answered) {
        close();
      }
    }
  }

  private void send(String asked, Writable message, Deadline until) throws IOException {
    ByteBuffer out = ByteBuffer.wrap(message.octets());
    transport.send(out);
    while (out.hasRemaining()) {
      await(asked, SelectionKey.OP_WRITE, until);
      transport.send(out);
    }
  }

  private <M> M answer(String asked, Function<ByteBuffer, Decoded<M, Void>> reader, Deadline until)
      throws IOException {
    int tried = 0; // octets that did not make an answer
    while (true) {
      if (isWorthReading(tried)) {
        tried = in.position();
        @Nullable M answer = read(asked, reader);
        if (answer != null) {
          return answer;
        }
      }
      receive(asked, until);
    }
  }

  /** A long answer is not read anew for each piece of it that comes. */
  private boolean isWorthReading(int tried) throws IOException {
    int fresh = in.position() - tried;
    return in.position() > 0 && (fresh >= in.position() / 8 || !hasMore());
  }

  private boolean hasMore() throws IOException {
    try {
      return selector.ready(SelectionKey.OP_READ, 0);
    } catch (InterruptedException interrupted) {
      return false; // receiving tells
    }
  }

  /** The answer; null: more of it must come. */
  private <M> @Nullable M read(String asked, Function<ByteBuffer, Decoded<M, Void>> reader)
      throws ManagementException {
    ByteBuffer view = in.duplicate().flip();
    return switch (reader.apply(view)) {
      case Decoded.NeedMore<M, Void> _ -> null;
      case Decoded.Malformed<M, Void>(var _, String reason) -> throw server.broken(asked, reason);
      case Decoded.Message<M, Void>(M answer) -> {
        if (view.hasRemaining()) { // nothing comes that was not asked for
          throw server.broken(asked, "unexpected data after the answer");
        }
        in.clear();
        yield answer;
      }
    };
  }

  private void receive(String asked, Deadline until) throws IOException {
    if (!in.hasRemaining()) {
      if (in.capacity() >= MAX_ANSWER_OCTETS) {
        throw server.broken(asked, "an answer of more than " + MAX_ANSWER_OCTETS + " octets");
      }
      in = ByteBuffer.allocate(in.capacity() * 2).put(in.flip());
    }
    await(asked, SelectionKey.OP_READ, until);
    if (transport.receive(in) < 0) {
      throw server.failure(asked, gone());
    }
  }

  private static Reason gone() {
    return new Reason.ServerGone("the server closed the connection before it answered");
  }

  private void await(String asked, int operations, Deadline until) throws IOException {
    try {
      boolean ready = false;
      while (!ready) {
        long left = until.millisLeft();
        if (left == 0) { // also for a server that sends without end
          throw server.failure(asked, new Reason.TimedOut(until.allowed(), ""));
        }
        ready = selector.ready(operations, left);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt(); // is what it was; this says so to whoever reads
      throw server.failure(asked, new Reason.Interrupted(), interrupted);
    }
  }

  @Override
  public void close() {
    selector.close();
  }

  private record Tcp(SocketChannel channel) implements Transport {

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
      channel.write(octets);
    }

    @Override
    public int receive(ByteBuffer into) throws IOException {
      return channel.read(into);
    }
  }
}
