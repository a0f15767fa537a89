package dev.argyle.server.net;

import static java.util.Objects.requireNonNull;

import dev.argyle.server.telemetry.LoopCounters;
import io.netty.channel.IoEventLoop;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A loop on epoll, whose sockets are the kernel's own. */
public final class LinuxSocketLoop extends SocketLoop {

  private static final int SOCK_STREAM = 1;

  private final Syscalls calls;
  private final boolean eventsAreShared;

  /** With spares of its own. */
  public LinuxSocketLoop(IoEventLoop loop, LoopTurns turns, LoopCounters counters, Syscalls calls) {
    this(loop, turns, counters, calls, new SpareDescriptors());
  }

  public LinuxSocketLoop(
      IoEventLoop loop,
      LoopTurns turns,
      LoopCounters counters,
      Syscalls calls,
      SpareDescriptors spares) {
    super(loop, turns, counters, spares);
    this.calls = calls;
    this.eventsAreShared = SharedEvents.FILLED;
  }

  /** Whether events cost no object; false with a version of Netty that we do not know. */
  public boolean eventsAreShared() {
    return eventsAreShared;
  }

  public Syscalls calls() {
    return calls;
  }

  /** The loop's buffer, for calls of {@link Syscalls}. */
  public long bufferAddress() {
    return address();
  }

  @Override
  public boolean sharesPorts() {
    return true;
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
    int fd = open(address);
    if (fd < 0) {
      throw new ErrnoException(counted(-fd));
    }
    if (shared) {
      if (address instanceof Inet6Address) {
        // "[::]" takes IPv4 clients too, as the JDK and most servers have it.
        calls.setOption(fd, SocketOption.IPPROTO_IPV6, SocketOption.IPV6_V6ONLY, 0);
      }
      calls.setOption(fd, SocketOption.SOL_SOCKET, SocketOption.SO_REUSEADDR, 1);
      calls.setOption(fd, SocketOption.SOL_SOCKET, SocketOption.SO_REUSEPORT, 1);
    }
    prepare(fd); // what is accepted inherits it, and the next
    setKeepAlive(fd);
    int answer = at.prepare(calls, fd);
    if (answer == 0) {
      answer = calls.bind(fd, address, port);
    }
    if (answer == 0) {
      answer = calls.listen(fd, StreamListener.BACKLOG);
    }
    InetSocketAddress local = answer == 0 ? calls.localAddress(fd) : null;
    if (local == null) {
      calls.close(fd);
      throw new ErrnoException(counted(-answer));
    }
    if (shared) {
      keepSpare();
    }
    return new LinuxListener(this, fd, local, shared, acceptor);
  }

  @Override
  public boolean adopts() {
    return true;
  }

  @Override
  public StreamListener adopt(int inherited, StreamListener.Acceptor acceptor)
      throws ErrnoException {
    if (!isListening(inherited)) {
      throw new ErrnoException(Errno.EINVAL);
    }
    int fd = mayOpen() ? calls.duplicate(inherited) : -Errno.EMFILE;
    if (fd < 0) {
      throw new ErrnoException(counted(-fd));
    }
    prepare(fd);
    setKeepAlive(fd);
    InetSocketAddress local = calls.localAddress(fd);
    if (local == null) {
      calls.close(fd);
      throw new ErrnoException(Errno.EINVAL);
    }
    keepSpare();
    return new LinuxListener(this, fd, local, true, acceptor);
  }

  /** Whether it is a listening TCP socket; a descriptor that was closed is not. */
  private boolean isListening(int fd) {
    int level = SocketOption.SOL_SOCKET;
    int family = calls.option(fd, level, SocketOption.SO_DOMAIN);
    return (family == SocketAddresses.AF_INET || family == SocketAddresses.AF_INET6)
        && calls.option(fd, level, SocketOption.SO_TYPE) == SOCK_STREAM
        && calls.option(fd, level, SocketOption.SO_ACCEPTCONN) == 1;
  }

  @Override
  public void checkFree(InetAddress address, int port) throws ErrnoException {
    int fd = calls.streamSocket(address instanceof Inet6Address);
    if (fd < 0) {
      throw new ErrnoException(counted(-fd));
    }
    calls.setOption(fd, SocketOption.SOL_SOCKET, SocketOption.SO_REUSEADDR, 1);
    int answer = calls.bind(fd, address, port);
    calls.close(fd);
    if (answer < 0) {
      throw new ErrnoException(-answer);
    }
  }

  /** A socket, or the negated errno. */
  private int open(InetAddress family) {
    return mayOpen() ? calls.streamSocket(family instanceof Inet6Address) : -Errno.EMFILE;
  }

  private void prepare(int fd) {
    calls.setOption(fd, SocketOption.IPPROTO_TCP, SocketOption.TCP_NODELAY, 1);
    calls.setOption(fd, SocketOption.SOL_SOCKET, SocketOption.SO_OOBINLINE, 1);
    int octets = kernelBuffers();
    if (octets > 0) {
      calls.setOption(fd, SocketOption.SOL_SOCKET, SocketOption.SO_RCVBUF, octets);
      calls.setOption(fd, SocketOption.SOL_SOCKET, SocketOption.SO_SNDBUF, octets);
    }
  }

  void setKeepAlive(int fd) {
    int seconds = keepAliveSeconds();
    if (seconds > 0) {
      calls.setOption(fd, SocketOption.IPPROTO_TCP, SocketOption.TCP_KEEPIDLE, seconds);
      calls.setOption(fd, SocketOption.SOL_SOCKET, SocketOption.SO_KEEPALIVE, 1);
    }
  }

  /** Takes connections off a listener's queue and closes them, so that they need not wait. */
  void turnAway(int listener) {
    if (!spares().giveUp()) {
      return;
    }
    for (int i = 0; i < StreamListener.TURNED_AWAY; i++) {
      int fd = calls.accept(listener);
      if (fd < 0) {
        break; // no more are there, or another thread was quicker
      }
      calls.close(fd);
    }
    spares().fill();
  }

  @Override
  public Attempt connect(InetSocketAddress to, @Nullable Binding source, Outcome outcome) {
    int fd = open(to.getAddress());
    if (fd < 0) {
      outcome.failed(counted(-fd));
      return Attempt.OVER;
    }
    prepare(fd);
    int bound = source == null ? 0 : bind(fd, source);
    if (bound < 0) {
      calls.close(fd);
      outcome.unbound(counted(-bound));
      return Attempt.OVER;
    }
    int answer = calls.connect(fd, to.getAddress(), to.getPort());
    if (answer < 0 && answer != -Errno.EINPROGRESS) {
      calls.close(fd);
      outcome.failed(counted(-answer));
      return Attempt.OVER;
    }
    LinuxStreamSocket socket = new LinuxStreamSocket(this, fd);
    Connecting connecting = new Connecting(turns(), socket, outcome);
    socket.handOver(connecting);
    if (!socket.register(this)) {
      socket.close();
      outcome.failed(counted(Errno.ENOMEM));
      return Attempt.OVER;
    }
    return connecting;
  }

  /**
   * Binds to an address alone. A port that bind chooses is no other socket's; one that connect
   * chooses may be that of a connection to another destination.
   */
  private int bind(int fd, Binding source) {
    InetAddress address = source.address();
    int answer = source.prepare(calls, fd);
    if (answer < 0 || address == null) {
      return answer;
    }
    calls.setOption(fd, SocketOption.IPPROTO_IP, SocketOption.IP_BIND_ADDRESS_NO_PORT, 1);
    return calls.bind(fd, address, 0);
  }
}
