package dev.argyle.server.session;

import dev.argyle.server.net.Errno;
import dev.argyle.server.net.SocketOption;
import dev.argyle.server.net.Syscalls;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening socket of one event loop; the loops' sockets share their port (SO_REUSEPORT).
 * Level-triggered, so that what one turn leaves is told again.
 *
 * <p>When descriptors run out it says so once and pauses, for a listener that cannot accept would
 * be told of its backlog again and again. One spare descriptor is kept to take a client off the
 * queue and close it, so that it need not wait for nothing.
 */
final class NativeListener implements EpollIoHandle {

  /** Clients accepted in one turn, so that tunnels get theirs. */
  static final int ACCEPTED_A_TURN = 64;

  static final int BACKLOG = 4096;

  /**
   * Asks for what is reported unasked anyway. {@code EpollIoOps.NONE} would take the socket out of
   * epoll for good: seen on Netty 4.2.18, where what is submitted next is an EPOLL_CTL_MOD, and
   * fails.
   */
  private static final EpollIoOps NOTHING = EpollIoOps.EPOLLERR;

  private static final long PAUSE_MILLIS = 100;
  private static final Logger LOG = LoggerFactory.getLogger(NativeListener.class);

  private final NativeLoop loop;
  private final Accepting accepting;

  private final IntConsumer shortage;

  private final FileDescriptor descriptor;
  private final InetSocketAddress local;
  private @Nullable IoRegistration registration;
  private int spare;

  /** What is done with an accepted client. */
  interface Accepting {
    void accepted(int fd, InetSocketAddress peer);
  }

  private NativeListener(
      NativeLoop loop, int fd, InetSocketAddress local, Accepting accepting, IntConsumer shortage) {
    this.shortage = shortage;
    this.loop = loop;
    this.accepting = accepting;
    this.descriptor = new FileDescriptor(fd);
    this.local = local;
    this.spare = loop.calls().streamSocket(false);
  }

  /**
   * Binds and listens; any thread may do so before the loop uses its calls, or the loop itself.
   *
   * @param shortage told the errno when descriptors have run out; called on the loop
   * @throws IOException with words for the operator
   */
  static NativeListener open(
      NativeLoop loop, InetAddress address, int port, Accepting accepting, IntConsumer shortage)
      throws IOException {
    Syscalls calls = loop.calls();
    int fd = calls.streamSocket(address instanceof Inet6Address);
    if (fd < 0) {
      throw new IOException(Errno.words(-fd));
    }
    if (address instanceof Inet6Address) {
      // "[::]" takes IPv4 clients too, as the JDK and most servers have it.
      calls.setOption(fd, SocketOption.IPPROTO_IPV6, SocketOption.IPV6_V6ONLY, 0);
    }
    calls.setOption(fd, SocketOption.SOL_SOCKET, SocketOption.SO_REUSEADDR, 1);
    calls.setOption(fd, SocketOption.SOL_SOCKET, SocketOption.SO_REUSEPORT, 1);
    calls.setOption(
        fd, SocketOption.IPPROTO_TCP, SocketOption.TCP_NODELAY, 1); // clients inherit both
    calls.setOption(fd, SocketOption.SOL_SOCKET, SocketOption.SO_OOBINLINE, 1);
    int answer = calls.bind(fd, address, port);
    if (answer == 0) {
      answer = calls.listen(fd, BACKLOG);
    }
    InetSocketAddress local = answer == 0 ? calls.localAddress(fd) : null;
    if (local == null) {
      calls.close(fd);
      throw new IOException(Errno.words(-answer));
    }
    return new NativeListener(loop, fd, local, accepting, shortage);
  }

  NativeLoop loop() {
    return loop;
  }

  /** Where it listens. */
  InetSocketAddress local() {
    return local;
  }

  /** Begins to accept; on the loop. */
  void start() {
    registration = loop.eventLoop().register(this).getNow();
    registration.submit(EpollIoOps.EPOLLIN);
  }

  @Override
  public FileDescriptor fd() {
    return descriptor;
  }

  @Override
  public void handle(IoRegistration from, IoEvent event) {
    try {
      accept();
    } catch (RuntimeException | Error bug) {
      LOG.error("a client could not be accepted; this is a bug of Argyle's", bug);
    }
  }

  private void accept() {
    for (int i = 0; i < ACCEPTED_A_TURN && descriptor.isOpen(); i++) {
      int fd = loop.calls().accept(descriptor.intValue());
      if (fd >= 0) {
        accepting.accepted(fd, loop.calls().acceptedPeer());
      } else if (Errno.wouldBlock(fd)) {
        return;
      } else if (Errno.isShortage(fd)) {
        pause(-fd);
        return;
      }
      // Else the client was gone before it was accepted: the next one.
    }
  }

  private void pause(int errno) {
    shortage.accept(errno);
    turnOneAway();
    IoRegistration paused = registration;
    if (paused != null) {
      paused.submit(NOTHING);
      loop.eventLoop()
          .schedule(
              () -> {
                if (descriptor.isOpen()) {
                  paused.submit(EpollIoOps.EPOLLIN);
                }
              },
              PAUSE_MILLIS,
              TimeUnit.MILLISECONDS);
    }
  }

  private void turnOneAway() {
    Syscalls calls = loop.calls();
    if (spare >= 0) {
      calls.close(spare);
      int fd = calls.accept(descriptor.intValue());
      if (fd >= 0) {
        calls.close(fd);
      }
    }
    spare = calls.streamSocket(false);
  }

  /** Stops listening; on the loop. */
  @Override
  public void close() throws IOException {
    if (!descriptor.isOpen()) {
      return;
    }
    if (registration != null) {
      registration.cancel();
    }
    descriptor.close();
    if (spare >= 0) {
      loop.calls().close(spare);
      spare = -1;
    }
  }
}
