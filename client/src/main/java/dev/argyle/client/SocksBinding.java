package dev.argyle.client;

import dev.argyle.wire.Deadline;
import dev.argyle.wire.socks.Reply;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * A listener at the server that takes one connection (BIND; RFC 1928, sections 4 and 6). Closing it
 * closes the listener, and also the connection that {@link #accept} has given. For one thread;
 * {@link #close} may be called by any.
 */
public final class SocksBinding implements Closeable {

  private final SocksClient client;
  private final ControlConnection control;
  private final InetSocketAddress address;
  private boolean accepted;

  private SocksBinding(SocksClient client, ControlConnection control, InetSocketAddress address) {
    this.client = client;
    this.control = control;
    this.address = address;
  }

  static SocksBinding open(SocksClient client, ControlConnection control, Deadline deadline)
      throws IOException {
    Reply first = control.reply(deadline);
    return new SocksBinding(
        client,
        control,
        Destinations.reachable(first.bound(), control.serverAddress().getAddress(), deadline));
  }

  /**
   * Where the peer has to connect to: BND.ADDR and BND.PORT of the first reply. A server that says
   * 0.0.0.0 or :: means the address that it was reached at.
   */
  public InetSocketAddress address() {
    return address;
  }

  /**
   * Waits for the peer. Its address is the socket's remote address.
   *
   * @param timeout more than 0; servers have one of their own too
   * @throws SocketTimeoutException if nobody came in time; the listener is still there
   * @throws SocksException if the server has stopped waiting
   * @throws IllegalStateException if the peer was here already
   */
  public SocksSocket accept(Duration timeout) throws IOException {
    if (accepted) {
      throw new IllegalStateException("BIND takes one connection, and it has come");
    }
    try {
      Reply second = control.reply(Deadline.after(timeout));
      accepted = true;
      return new SocksSocket(client, control, second.bound());
    } catch (SocketTimeoutException stillWaiting) {
      throw stillWaiting;
    } catch (IOException over) {
      close();
      throw over;
    }
  }

  @Override
  public void close() throws IOException {
    control.channel().close();
  }
}
