package dev.argyle.server.net;

import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoOps;
import io.netty.channel.nio.NioSelectableChannelIoHandle;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link StreamSocket} of NIO. A selector tells again of what nobody has read. So input that was
 * told twice and is not wanted is no longer asked for until a receive has met its end, and output
 * is asked for only where a send was cut short.
 *
 * <p>NIO cannot look at octets without taking them: what {@link #peek} has seen is kept, and comes
 * first in the next receive. It does not tell of urgent data, nor, before a call fails, of errors.
 */
final class NioStreamSocket extends NioSelectableChannelIoHandle<SocketChannel>
    implements Connecting.Socket {

  private static final Logger LOG = LoggerFactory.getLogger(NioStreamSocket.class);
  private static final byte[] NOTHING = {};

  private final SocketChannel channel;
  private NioSocketLoop home;
  private SocketEvents owner = SocketEvents.NOBODY;
  private @Nullable IoRegistration registration;
  private int interest = SelectionKey.OP_READ;
  private byte[] ahead = NOTHING;
  private boolean mayRead;
  private boolean mayWrite = true;
  private boolean inputEnded;
  private boolean keptAlive;

  /**
   * @param channel non-blocking
   */
  NioStreamSocket(NioSocketLoop loop, SocketChannel channel) {
    super(channel);
    this.home = loop;
    this.channel = channel;
  }

  @Override
  public boolean register(SocketLoop loop) {
    home = (NioSocketLoop) loop;
    Future<IoRegistration> registered = loop.eventLoop().register(this);
    if (!registered.isSuccess()) {
      return false;
    }
    registration = registered.getNow();
    ask(interest);
    return true;
  }

  /** Registers for the end of a connect, which comes as an event when it may be written to. */
  boolean registerForConnect() {
    interest = SelectionKey.OP_CONNECT;
    mayWrite = false;
    return register(home);
  }

  private void ask(int operations) {
    interest = operations;
    if (registration != null) {
      registration.submit(NioIoOps.valueOf(operations));
    }
  }

  @Override
  protected void handle(SocketChannel ready, SelectionKey key) {
    int operations = key.isValid() ? key.readyOps() : 0;
    int asked = interest;
    if ((operations & SelectionKey.OP_READ) != 0) {
      if (mayRead) {
        asked &= ~SelectionKey.OP_READ;
      }
      mayRead = true;
    }
    if ((operations & (SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT)) != 0) {
      asked &= ~SelectionKey.OP_WRITE;
      mayWrite = true;
    }
    if (asked != interest) {
      ask(asked);
    }
    SocketEvents told = owner;
    try {
      told.ready();
    } catch (Throwable bug) { // what escapes from here would starve the loop's other sockets
      told.tell(bug);
    }
  }

  @Override
  public int connectResult() {
    try {
      if (!channel.finishConnect()) {
        return Errno.EAGAIN;
      }
      mayWrite = true; // also where it stood at once, for which no event comes
      ask(SelectionKey.OP_READ);
      return 0;
    } catch (IOException refused) {
      return NioErrno.of(refused);
    }
  }

  @Override
  public void handOver(SocketEvents next) {
    owner = next;
  }

  @Override
  public boolean mayRead() {
    return mayRead || ahead.length > 0;
  }

  @Override
  public boolean mayWrite() {
    return mayWrite;
  }

  @Override
  public boolean inputEnded() {
    return inputEnded;
  }

  @Override
  public boolean urgent() {
    return false;
  }

  @Override
  public int error() {
    return 0;
  }

  @Override
  public boolean tellsOfResets() {
    return false;
  }

  @Override
  public int receive(int at, int length) {
    if (ahead.length == 0) {
      return read(at, length);
    }
    int taken = Math.min(length, ahead.length);
    home.view(at, taken).put(ahead, 0, taken);
    ahead = taken == ahead.length ? NOTHING : Arrays.copyOfRange(ahead, taken, ahead.length);
    return taken;
  }

  private int read(int at, int length) {
    int got;
    try {
      got = channel.read(home.view(at, length));
    } catch (IOException broken) {
      return -NioErrno.of(broken);
    }
    if (got < 0) {
      inputEnded = true;
      mayRead = true; // whoever asks again is told again
      return 0;
    }
    if (got < length) {
      mayRead = false;
      if ((interest & SelectionKey.OP_READ) == 0) {
        ask(interest | SelectionKey.OP_READ);
      }
    }
    return got == 0 ? -Errno.EAGAIN : got;
  }

  @Override
  public boolean looksInPlace() {
    return false;
  }

  @Override
  public int peek(int at, int length) {
    int seen = Math.min(length, ahead.length);
    home.view(at, seen).put(ahead, 0, seen);
    if (seen == length || inputEnded) {
      return seen;
    }
    int more = read(at + seen, length - seen);
    if (more > 0) {
      ahead = Arrays.copyOf(ahead, seen + more);
      home.view(at + seen, more).get(ahead, seen, more);
      return seen + more;
    }
    return seen == 0 || (more < 0 && !Errno.wouldBlock(more)) ? more : seen;
  }

  @Override
  public int send(int at, int length) {
    int gone;
    try {
      gone = channel.write(home.view(at, length));
    } catch (IOException broken) {
      return -NioErrno.of(broken);
    }
    if (gone < length) {
      mayWrite = false;
      ask(interest | SelectionKey.OP_WRITE);
    }
    return gone == 0 && length > 0 ? -Errno.EAGAIN : gone;
  }

  @Override
  public void endOutput() {
    try {
      channel.shutdownOutput();
    } catch (IOException gone) {
      LOG.debug("the peer is gone, which its other direction tells", gone);
    }
  }

  @Override
  public void resetOnClose() {
    try {
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    } catch (IOException closed) {
      LOG.debug("closed already", closed);
    }
  }

  /** A listener of NIO cannot hand it on. */
  @Override
  public void keepAlive() {
    if (keptAlive) {
      return;
    }
    keptAlive = true;
    try {
      home.setKeepAlive(channel);
    } catch (IOException | UnsupportedOperationException refused) {
      LOG.debug("this system does not ask silent peers", refused);
    }
  }

  @Override
  public InetSocketAddress localAddress() {
    try {
      return channel.getLocalAddress() instanceof InetSocketAddress local
          ? local
          : new InetSocketAddress(0);
    } catch (IOException closed) {
      return new InetSocketAddress(0);
    }
  }

  @Override
  public void close() {
    owner = SocketEvents.NOBODY;
    if (registration != null) {
      registration.cancel();
    }
    NioSocketLoop.close(channel);
  }
}
