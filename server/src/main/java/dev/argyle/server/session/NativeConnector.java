package dev.argyle.server.session;

import dev.argyle.server.dial.Connector;
import dev.argyle.server.dial.DialFailure;
import dev.argyle.server.net.Errno;
import dev.argyle.server.net.NativeSocket;
import dev.argyle.server.net.SocketEvents;
import dev.argyle.server.net.SocketOption;
import dev.argyle.server.net.Syscalls;
import dev.argyle.server.relay.SpliceLoop;
import dev.argyle.server.telemetry.Counter;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Connects sockets of the kernel from one event loop, on its thread. */
final class NativeConnector implements Connector<NativeSocket> {

  private final SpliceLoop loop;

  NativeConnector(SpliceLoop loop) {
    this.loop = loop;
  }

  @Override
  public Attempt attempt(
      InetSocketAddress to, @Nullable InetAddress source, Outcome<NativeSocket> outcome) {
    Syscalls calls = loop.calls();
    int fd = calls.streamSocket(to.getAddress() instanceof Inet6Address);
    if (fd < 0) {
      if (Errno.isShortage(fd)) {
        loop.counters().add(Counter.DESCRIPTOR_SHORTAGES, 1);
      }
      return failed(outcome, -fd);
    }
    calls.setOption(fd, SocketOption.IPPROTO_TCP, SocketOption.TCP_NODELAY, 1);
    calls.setOption(fd, SocketOption.SOL_SOCKET, SocketOption.SO_OOBINLINE, 1);
    int answer = source == null ? 0 : calls.bind(fd, source, 0);
    if (answer == 0) {
      answer = calls.connect(fd, to.getAddress(), to.getPort());
    }
    if (answer < 0 && answer != -Errno.EINPROGRESS) {
      calls.close(fd);
      return failed(outcome, -answer);
    }
    NativeSocket socket = new NativeSocket(fd);
    Pending pending = new Pending(socket, outcome);
    socket.handOver(pending);
    if (!socket.register(loop.eventLoop())) {
      socket.close();
      return failed(outcome, Errno.ENOMEM);
    }
    return pending;
  }

  private static Attempt failed(Outcome<NativeSocket> outcome, int errno) {
    outcome.failed(DialFailure.ofErrno(errno));
    return () -> {};
  }

  /** A connect under way. */
  private final class Pending implements Attempt, SocketEvents {

    private final Outcome<NativeSocket> outcome;
    private final NativeSocket socket;
    private boolean over;

    Pending(NativeSocket socket, Outcome<NativeSocket> outcome) {
      this.socket = socket;
      this.outcome = outcome;
    }

    @Override
    public void ready(NativeSocket connecting) {
      if (over || !connecting.mayWrite()) {
        return;
      }
      // The event may be an earlier socket's of the same number, so the kernel is asked: sending
      // nothing is refused until the connection stands, and with its error when it never will.
      int answer = loop.calls().send(connecting.intValue(), loop.bufferAddress(), 0);
      if (Errno.wouldBlock(answer)) {
        connecting.full();
        connecting.empty();
        return;
      }
      over = true;
      if (answer == 0) {
        outcome.connected(connecting);
      } else {
        connecting.close();
        outcome.failed(DialFailure.ofErrno(-answer));
      }
    }

    @Override
    public void cancel() {
      if (!over) {
        over = true;
        socket.close();
      }
    }
  }
}
