package dev.argyle.server.session.command;

import dev.argyle.server.dial.Failure;
import dev.argyle.server.net.Binding;
import dev.argyle.server.net.Errno;
import dev.argyle.server.net.ErrnoException;
import dev.argyle.server.net.SocketLoop;
import dev.argyle.server.net.StreamListener;
import dev.argyle.server.net.StreamSocket;
import dev.argyle.server.net.Supervised;
import dev.argyle.server.telemetry.Counter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The listener of one BIND, which lets one connection in. Belongs to the session's loop, and so
 * does what it lets in.
 */
final class Rendezvous implements StreamListener.Acceptor {

  /** Who waits there. Called on the loop, also at once, from inside {@link #open}. */
  interface Host extends Supervised {

    /** It listens there. */
    void listening(InetSocketAddress at);

    /**
     * It could not listen there.
     *
     * @param errno of socket(2), setsockopt(2), bind(2) or listen(2)
     */
    void unbound(int errno);

    /** It could not go on; it is closed. */
    void failed(Failure why);

    /** Whether this is the peer that is waited for. False: it is closed, and the wait goes on. */
    boolean expects(InetSocketAddress peer);

    /** The expected peer is there; the listener is closed. */
    void arrived(StreamSocket socket, InetSocketAddress peer);
  }

  private final SocketLoop loop;
  private final Host host;
  private @Nullable StreamListener listener;

  Rendezvous(SocketLoop loop, Host host) {
    this.loop = loop;
    this.host = host;
  }

  /**
   * Listens at a local address, at a port that the system chooses.
   *
   * @param by how the listener is bound besides; null: in no other way
   */
  void open(InetAddress at, @Nullable Binding by) {
    StreamListener opened;
    try {
      opened = loop.listen(by == null ? Binding.to(at) : by.at(at), this);
    } catch (ErrnoException refused) {
      host.unbound(refused.errno());
      return;
    }
    listener = opened;
    if (opened.start()) {
      host.listening(opened.local());
    } else {
      loop.counters().add(Counter.DESCRIPTOR_SHORTAGES, 1);
      shortage(Errno.ENOMEM);
    }
  }

  @Override
  public void accepted(StreamSocket socket, InetSocketAddress peer) {
    if (listener == null || !host.expects(peer)) {
      socket.close(); // no reset: it may outrun the stranger's connect, which then fails
      return;
    }
    close();
    if (socket.register(loop)) {
      host.arrived(socket, peer);
    } else {
      socket.close();
      host.failed(Failure.ofErrno(Errno.ENOMEM));
    }
  }

  @Override
  public void shortage(int errno) {
    close();
    host.failed(Failure.ofErrno(errno));
  }

  @Override
  public void onBug(Throwable bug) {
    close();
    host.onBug(bug);
  }

  /** Stops listening; whoever waits is turned away, and the host is told nothing any more. */
  void close() {
    close(() -> {});
  }

  /**
   * As {@link #close()}.
   *
   * @param closed is run on the loop when the kernel has let go of the port: at once, or a turn
   *     later
   */
  void close(Runnable closed) {
    StreamListener open = listener;
    listener = null;
    if (open != null) {
      open.close(closed);
    } else {
      closed.run();
    }
  }
}
