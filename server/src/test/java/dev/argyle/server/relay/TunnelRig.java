package dev.argyle.server.relay;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.net.LinuxSocketLoop;
import dev.argyle.server.net.LinuxStreamSocket;
import dev.argyle.server.net.LoopTurns;
import dev.argyle.server.net.NioSocketLoop;
import dev.argyle.server.net.NioSockets;
import dev.argyle.server.net.SocketLoop;
import dev.argyle.server.net.SocketOption;
import dev.argyle.server.net.StreamSocket;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.EndReason;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A tunnel on a real loop, between two real connections whose other ends the test holds. */
public final class TunnelRig implements AutoCloseable {

  static final int BUFFER_OCTETS = 64 * 1024;

  private static final String OTHERS = "otto";
  private static final int SO_SNDBUF = 7;
  private static final int SEND_BUFFER_OCTETS = 16 * 1024;
  private static final EpollIoEvent EVENT = () -> EpollIoOps.valueOf(0x2005); // IN, OUT, RDHUP
  private static final EpollIoEvent STALE = () -> EpollIoOps.valueOf(0x201D); // all there is

  /** Kinds of sockets. */
  public enum Kind {
    LINUX,
    NIO
  }

  final Ends ends = new Ends();
  final Counters counters = new Counters();
  final RelaySettings settings;
  final LoopTurns.Loops loops;
  final IoEventLoop loop;
  final FaultySyscalls calls;

  /** The client's end, and the destination's. */
  public final Socket client;

  public final Socket remote;

  /** The client's end as the tunnel sees it; the same where nothing is wrapped. */
  public final Socket wrapped;

  private final ServerSocket listener;
  private final @Nullable Wrapping wrapping;
  private final SocketLoop sockets;
  final RelayLoop relay;
  private final List<String> descriptors = new ArrayList<>();
  private final List<SocketChannel> channels = new ArrayList<>();
  private final StreamSocket clientSide;
  private final StreamSocket remoteSide;
  private @Nullable Tunnel tunnel;

  /**
   * @param wrapping null: the client's octets are not wrapped
   */
  public TunnelRig(Kind kind, @Nullable Wrapping wrapping) throws Exception {
    this(kind, wrapping, new FaultySyscalls(FaultySyscalls.Fault.NONE));
  }

  TunnelRig(Kind kind, @Nullable Wrapping wrapping, FaultySyscalls calls) throws Exception {
    this(kind, wrapping, calls, LoopMemory.ofThisProcess(1));
  }

  /**
   * @param memory what all tunnels of the loop may hold
   */
  TunnelRig(Kind kind, @Nullable Wrapping wrapping, FaultySyscalls calls, LoopMemory memory)
      throws Exception {
    this.settings = new RelaySettings(Duration.ZERO, BUFFER_OCTETS, memory);
    this.calls = calls;
    this.wrapping = wrapping;
    this.listener = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
    boolean linux = kind == Kind.LINUX;
    this.loops =
        new LoopTurns.Loops(
            1,
            new DefaultThreadFactory("tunnel"),
            linux ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    this.loop = loops.group().next();
    LoopTurns turns = loops.turns(loop);
    this.sockets =
        linux
            ? new LinuxSocketLoop(loop, turns, counters.forLoop(), calls)
            : new NioSocketLoop(loop, turns, counters.forLoop());
    this.relay = new RelayLoop(sockets, settings);
    this.clientSide = call(this::connected);
    this.wrapped = accept();
    this.client = wrapping == null ? wrapped : WrappingProxy.before(wrapped, wrapping);
    client.setSoTimeout(10_000);
    this.remoteSide = call(this::connected);
    this.remote = accept();
    calls.whenStruck = () -> loop.execute(() -> event(EVENT));
  }

  private StreamSocket connected() throws IOException {
    return switch (sockets) {
      case LinuxSocketLoop linux -> {
        int fd = calls.streamSocket(false);
        calls.setOption(fd, SocketOption.SOL_SOCKET, SO_SNDBUF, SEND_BUFFER_OCTETS);
        calls.setOption(fd, SocketOption.SOL_SOCKET, SocketOption.SO_OOBINLINE, 1);
        calls.connect(fd, listener.getInetAddress(), listener.getLocalPort());
        descriptors.add(Descriptors.identity(fd));
        yield new LinuxStreamSocket(linux, fd);
      }
      case NioSocketLoop nio -> {
        SocketChannel channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER_OCTETS);
        channel.connect(listener.getLocalSocketAddress());
        channel.configureBlocking(false);
        channels.add(channel);
        yield NioSockets.of(nio, channel);
      }
    };
  }

  private Socket accept() throws IOException {
    Socket peer = listener.accept();
    peer.setSoTimeout(10_000);
    return peer;
  }

  /** What the kernel will tell whoever was told EAGAIN. */
  private void event(EpollIoEvent event) {
    for (StreamSocket socket : List.of(clientSide, remoteSide)) {
      if (socket instanceof LinuxStreamSocket linux) {
        linux.handle(noRegistration(), event);
      }
    }
  }

  @SuppressWarnings("NullAway") // the sockets look at the event alone
  private static IoRegistration noRegistration() {
    return null;
  }

  /** Events that say everything there is to say, and mean nothing: meant for an earlier socket. */
  void staleEvents() throws Exception {
    onLoop(() -> event(STALE));
  }

  /** Another user takes the loop's memory, but for so many octets of the heap. */
  void othersHoldAllBut(long heapOctets) throws Exception {
    LoopMemory all = settings.memory();
    onLoop(
        () -> {
          relay.heap().change(relay.heap().join(OTHERS), all.heapOctets() - heapOctets);
          relay.pipeHoldings().change(relay.pipeHoldings().join(OTHERS), all.pipeOctets());
        });
  }

  void othersGiveBackTheHeap() throws Exception {
    onLoop(() -> relay.heap().change(relay.heap().join(OTHERS), -othersOctets()));
  }

  private long othersOctets() {
    Holdings heap = relay.heap();
    return settings.memory().heapOctets() - heap.room(heap.join(OTHERS)) - heap.heldOctets();
  }

  /** What the tunnel holds on the heap. */
  long heldOctets() throws Exception {
    return call(() -> relay.heap().heldOctets() - othersOctets());
  }

  /** Opens the tunnel, with what the client has sent before. */
  public void start(byte... first) throws Exception {
    byte[] received = wrapping == null ? first : wrapping.received(first);
    onLoop(
        () -> {
          Tunnel opened =
              new Tunnel(
                  relay,
                  clientSide,
                  remoteSide,
                  received,
                  ends,
                  wrapping == null ? null : wrapping.up(first),
                  wrapping == null ? null : wrapping.down());
          tunnel = opened;
          ends.owns(opened);
          clientSide.register(sockets);
          remoteSide.register(sockets);
          opened.start();
        });
  }

  /** How the tunnel ended; waits for it. */
  public EndReason reason() throws Exception {
    return ends.reason(this);
  }

  Tunnel tunnel() {
    return requireNonNull(tunnel);
  }

  /** Both of the tunnel's sockets, and every pipe, are gone. */
  public void assertNothingIsLeft() throws Exception {
    onLoop(relay::close);
    assertThat(channels).noneMatch(SocketChannel::isOpen);
    assertThat(Descriptors.open()).filteredOn(descriptors::contains).isEmpty();
    assertThat(Descriptors.open()).filteredOn(calls.pipes::contains).isEmpty();
  }

  /** Every pipe is back in the pool: then closing the pool closes them all. */
  void assertNoPipeIsLent() throws Exception {
    onLoop(relay::close);
    assertThat(Descriptors.open()).filteredOn(calls.pipes::contains).isEmpty();
  }

  <T> T call(Callable<T> action) throws Exception {
    return loop.submit(action).get(10, TimeUnit.SECONDS);
  }

  void onLoop(Runnable action) throws Exception {
    loop.submit(action).get(10, TimeUnit.SECONDS);
  }

  void end(EndReason reason) throws Exception {
    onLoop(() -> tunnel().end(reason));
  }

  public long count(Counter counter) {
    return counters.sum(counter);
  }

  @Override
  public void close() throws Exception {
    client.close();
    wrapped.close();
    remote.close();
    listener.close();
    loops
        .group()
        .shutdownGracefully(0, 1, TimeUnit.SECONDS)
        .awaitUninterruptibly(5, TimeUnit.SECONDS);
  }
}
