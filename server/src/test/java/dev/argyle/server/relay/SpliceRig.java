package dev.argyle.server.relay;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.net.NativeSocket;
import dev.argyle.server.net.SocketOption;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@link SpliceTunnel} on bare sockets. */
final class SpliceRig extends TunnelRig {

  private static final int SO_SNDBUF = 7;
  private static final EpollIoEvent EVENT = () -> EpollIoOps.valueOf(0x2005); // IN, OUT, RDHUP
  private static final EpollIoEvent STALE = () -> EpollIoOps.valueOf(0x201D); // all there is

  final FaultySyscalls calls;
  private final SpliceLoop splice;
  private final List<String> sockets = new ArrayList<>();
  private final NativeSocket clientSide;
  private final NativeSocket remoteSide;
  private @Nullable SpliceTunnel tunnel;

  SpliceRig() throws Exception {
    this(new FaultySyscalls(FaultySyscalls.Fault.NONE));
  }

  SpliceRig(FaultySyscalls calls) throws Exception {
    super(EpollIoHandler.newFactory());
    this.calls = calls;
    this.splice = new SpliceLoop(loop, calls, counters.forLoop(), settings);
    this.clientSide = call(this::connected);
    this.client = accept();
    this.remoteSide = call(this::connected);
    this.remote = accept();
    calls.whenStruck = () -> loop.execute(this::edge);
  }

  private NativeSocket connected() throws IOException {
    int fd = calls.streamSocket(false);
    calls.setOption(fd, SocketOption.SOL_SOCKET, SO_SNDBUF, 16 * 1024);
    calls.setOption(fd, SocketOption.SOL_SOCKET, SocketOption.SO_OOBINLINE, 1);
    calls.connect(fd, listener.getInetAddress(), listener.getLocalPort());
    sockets.add(Descriptors.identity(fd));
    return new NativeSocket(fd);
  }

  /** What the kernel owes whoever was told EAGAIN. */
  private void edge() {
    for (NativeSocket socket : List.of(clientSide, remoteSide)) {
      socket.handle(noRegistration(), EVENT);
    }
  }

  @SuppressWarnings("NullAway") // the sockets look at the event alone
  private static IoRegistration noRegistration() {
    return null;
  }

  /** Events that say everything there is to say, and mean nothing: meant for an earlier socket. */
  void staleEvents() throws Exception {
    onLoop(
        () -> {
          clientSide.handle(noRegistration(), STALE);
          remoteSide.handle(noRegistration(), STALE);
        });
  }

  @Override
  void start(byte... first) throws Exception {
    onLoop(
        () -> {
          SpliceTunnel opened = new SpliceTunnel(splice, clientSide, remoteSide, first, ends);
          tunnel = opened;
          clientSide.register(loop);
          remoteSide.register(loop);
          opened.start();
        });
  }

  @Override
  Tunnel tunnel() {
    return requireNonNull(tunnel);
  }

  @Override
  void assertNothingIsLeft() throws Exception {
    onLoop(splice::close);
    assertThat(Descriptors.open()).filteredOn(sockets::contains).isEmpty();
    assertThat(Descriptors.open()).filteredOn(calls.pipes::contains).isEmpty();
  }

  /** Whether every pipe is back in the pool: then closing the pool closes them all. */
  void assertNoPipeIsLent() throws Exception {
    onLoop(splice::close);
    assertThat(Descriptors.open()).filteredOn(calls.pipes::contains).isEmpty();
  }
}
