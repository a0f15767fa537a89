package dev.argyle.server.net;

import static java.util.Objects.requireNonNull;

import dev.argyle.server.telemetry.LoopCounters;
import io.netty.channel.IoEventLoop;
import java.io.Closeable;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A loop on a selector of NIO: for systems without epoll or splice. */
public final class NioSocketLoop extends SocketLoop {

  private static final Logger LOG = LoggerFactory.getLogger(NioSocketLoop.class);

  private final ByteBuffer view = buffer().duplicate();

  /** With spares of its own. */
  public NioSocketLoop(IoEventLoop loop, LoopTurns turns, LoopCounters counters) {
    this(loop, turns, counters, new SpareDescriptors());
  }

  public NioSocketLoop(
      IoEventLoop loop, LoopTurns turns, LoopCounters counters, SpareDescriptors spares) {
    super(loop, turns, counters, spares);
  }

  /** A part of the loop's buffer, until the next call. */
  ByteBuffer view(int at, int length) {
    return view.limit(at + length).position(at);
  }

  @Override
  public boolean sharesPorts() {
    return false;
  }

  @Override
  public boolean adopts() {
    return false; // the JDK makes no channel of a descriptor
  }

  @Override
  public StreamListener adopt(int inherited, StreamListener.Acceptor acceptor)
      throws ErrnoException {
    throw new ErrnoException(Errno.ENOSYS);
  }

  @Override
  public void checkFree(InetAddress address, int port) {} // listening finds out

  public static StandardProtocolFamily family(InetAddress of) {
    return of instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
  }

  @Override
  public StreamListener listen(
      InetAddress address, int port, boolean shared, StreamListener.Acceptor acceptor)
      throws ErrnoException {
    return listen(Binding.to(address), address, port, shared, acceptor);
  }

  @Override
  public StreamListener listen(Binding at, StreamListener.Acceptor acceptor) throws ErrnoException {
    return listen(at, requireNonNull(at.address()), 0, false, acceptor);
  }

  private StreamListener listen(
      Binding at, InetAddress address, int port, boolean shared, StreamListener.Acceptor acceptor)
      throws ErrnoException {
    if (at.needsLinux()) {
      throw new ErrnoException(Errno.ENOSYS);
    }
    if (!mayOpen()) {
      throw new ErrnoException(counted(Errno.EMFILE));
    }
    @Nullable ServerSocketChannel channel = null;
    try {
      channel = ServerSocketChannel.open(family(address));
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, shared);
      if (kernelBuffers() > 0) { // what is accepted inherits it
        channel.setOption(StandardSocketOptions.SO_RCVBUF, kernelBuffers());
      }
      channel.bind(new InetSocketAddress(address, port), StreamListener.BACKLOG);
      if (shared) {
        keepSpare();
      }
      return new NioListener(this, channel, shared, acceptor);
    } catch (UnsupportedOperationException noSuchFamily) {
      throw new ErrnoException(Errno.EAFNOSUPPORT);
    } catch (IOException refused) {
      close(channel);
      throw new ErrnoException(counted(NioErrno.of(refused)));
    }
  }

  /** Takes connections off a listener's queue and closes them, so that they need not wait. */
  void turnAway(ServerSocketChannel listener) {
    if (!spares().giveUp()) {
      return;
    }
    try {
      for (int i = 0; i < StreamListener.TURNED_AWAY; i++) {
        @Nullable SocketChannel client = listener.accept();
        if (client == null) {
          break;
        }
        close(client);
      }
    } catch (IOException tooLate) {
      LOG.debug("another thread was quicker, or the client is gone", tooLate);
    }
    spares().fill();
  }

  /** For a socket that was made or accepted; a listener cannot have all of it. */
  void prepare(SocketChannel channel) throws IOException {
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.socket().setOOBInline(true); // urgent data stays in its place in the stream
    if (kernelBuffers() > 0) {
      channel.setOption(StandardSocketOptions.SO_SNDBUF, kernelBuffers());
    }
  }

  @Override
  public Attempt connect(InetSocketAddress to, @Nullable Binding source, Outcome outcome) {
    if (!mayOpen()) {
      outcome.failed(counted(Errno.EMFILE));
      return Attempt.OVER;
    }
    if (source != null && source.needsLinux()) {
      outcome.unbound(Errno.ENOSYS);
      return Attempt.OVER;
    }
    @Nullable SocketChannel channel = null;
    boolean binding = false;
    try {
      channel = SocketChannel.open(family(to.getAddress()));
      prepare(channel);
      if (kernelBuffers() > 0) {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, kernelBuffers());
      }
      if (source != null && source.address() != null) {
        binding = true;
        channel.bind(new InetSocketAddress(source.address(), 0));
        binding = false;
      }
      channel.connect(to);
    } catch (UnsupportedOperationException noSuchFamily) {
      outcome.failed(Errno.EAFNOSUPPORT);
      return Attempt.OVER;
    } catch (IOException refused) {
      close(channel);
      int errno = counted(NioErrno.of(refused));
      if (binding) {
        outcome.unbound(errno);
      } else {
        outcome.failed(errno);
      }
      return Attempt.OVER;
    }
    NioStreamSocket socket = new NioStreamSocket(this, channel);
    Connecting connecting = new Connecting(turns(), socket, outcome);
    socket.handOver(connecting);
    if (!socket.registerForConnect()) {
      socket.close();
      outcome.failed(counted(Errno.ENOMEM));
      return Attempt.OVER;
    }
    if (channel.isConnected()) { // at once, for which no event comes
      turns().soon(connecting);
    }
    return connecting;
  }

  void setKeepAlive(SocketChannel channel) throws IOException {
    if (keepAliveSeconds() > 0) {
      channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, keepAliveSeconds());
      channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    }
  }

  /**
   * Runs {@code closed} when the kernel has let go of what was closed: NIO closes a registered
   * descriptor in the selector's next turn, and a task that is scheduled, however soon, runs behind
   * that.
   */
  void afterClose(Runnable closed) {
    eventLoop().schedule(closed, 1, TimeUnit.NANOSECONDS);
  }

  public static void close(@Nullable Closeable channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException gone) {
        LOG.debug("close", gone); // it is closed all the same
      }
    }
  }
}
