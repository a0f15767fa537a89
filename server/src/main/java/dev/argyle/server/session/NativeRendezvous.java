package dev.argyle.server.session;

import dev.argyle.server.dial.DialFailure;
import dev.argyle.server.net.Errno;
import dev.argyle.server.net.NativeSocket;
import dev.argyle.server.net.SocketEvents;
import dev.argyle.server.net.SocketOption;
import dev.argyle.server.net.Syscalls;
import dev.argyle.server.telemetry.Counter;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A {@link Rendezvous} on a bare socket. */
final class NativeRendezvous implements Rendezvous, SocketEvents {

  /** Strangers turned away in one turn, so that the loop's other sockets get theirs. */
  private static final int ACCEPTED_A_TURN = 16;

  private final NativeLoop loop;
  private final Host<NativeSocket> host;
  private @Nullable NativeSocket listener;

  NativeRendezvous(NativeLoop loop, Host<NativeSocket> host) {
    this.loop = loop;
    this.host = host;
  }

  void open(InetAddress address) {
    Syscalls calls = loop.calls();
    int fd = calls.streamSocket(address instanceof Inet6Address);
    if (fd < 0) {
      fail(-fd);
      return;
    }
    NativeSocket socket = new NativeSocket(fd);
    listener = socket;
    // Who is accepted inherits it.
    calls.setOption(fd, SocketOption.IPPROTO_TCP, SocketOption.TCP_NODELAY, 1);
    int answer = calls.bind(fd, address, 0);
    if (answer == 0) {
      answer = calls.listen(fd, BACKLOG);
    }
    InetSocketAddress local = answer == 0 ? calls.localAddress(fd) : null;
    if (local == null) {
      fail(-answer);
      return;
    }
    socket.handOver(this);
    if (!socket.register(loop.eventLoop())) {
      fail(Errno.ENOMEM);
      return;
    }
    host.listening(local);
  }

  @Override
  public void ready(NativeSocket from) {
    accept();
  }

  private void accept() {
    for (int i = 0; i < ACCEPTED_A_TURN; i++) {
      NativeSocket waiting = listener;
      if (waiting == null) {
        return;
      }
      int fd = loop.calls().accept(waiting.intValue());
      if (fd >= 0) {
        judge(fd, loop.calls().acceptedPeer());
      } else if (Errno.wouldBlock(fd)) {
        return;
      } else if (Errno.isShortage(fd)) {
        fail(-fd);
        return;
      }
      // Else the peer was gone before it was accepted: the next one.
    }
    loop.eventLoop().execute(this::accept); // no edge will come for those that still wait
  }

  private void judge(int fd, InetSocketAddress peer) {
    if (!host.expects(peer)) {
      loop.calls().close(fd); // no reset: it may outrun the stranger's connect, which then fails
      return;
    }
    closeListener();
    NativeSocket socket = new NativeSocket(fd);
    if (socket.register(loop.eventLoop())) {
      host.arrived(socket, peer);
    } else {
      socket.close();
      fail(Errno.ENOMEM);
    }
  }

  private void fail(int errno) {
    if (Errno.isShortage(-errno)) {
      loop.counters().add(Counter.DESCRIPTOR_SHORTAGES, 1);
    }
    closeListener();
    host.failed(DialFailure.ofErrno(errno));
  }

  @Override
  public void close(Runnable closed) {
    closeListener();
    closed.run();
  }

  private void closeListener() {
    if (listener != null) {
      listener.close();
      listener = null;
    }
  }
}
