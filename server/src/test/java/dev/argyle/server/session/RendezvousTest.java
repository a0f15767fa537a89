package dev.argyle.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.argyle.server.dial.DialFailure;
import dev.argyle.server.dial.NameResolver;
import dev.argyle.server.net.Errno;
import dev.argyle.server.net.LinuxSyscalls;
import dev.argyle.server.net.NativeSocket;
import dev.argyle.server.net.Syscalls;
import dev.argyle.server.relay.RelayLoop;
import dev.argyle.server.relay.RelaySettings;
import dev.argyle.server.relay.SpliceLoop;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Counters;
import io.netty.channel.Channel;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The listener of a BIND on either driver: one connection, of the right peer, or none. */
class RendezvousTest {

  private static final NameResolver NO_NAMES =
      (loop, host, listener) -> {
        throw new AssertionError("no name is looked up here");
      };

  /** The two drivers. */
  enum Kind {
    NATIVE,
    NETTY
  }

  private final Counters counters = new Counters();
  private @Nullable MultiThreadIoEventLoopGroup group;
  private @Nullable Met met;

  @AfterEach
  void endTheLoop() {
    if (met != null) {
      met.close();
    }
    if (group != null) {
      group.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }

  @ParameterizedTest
  @EnumSource
  void expectedPeerIsLetInAndNobodyAfterIt(Kind kind) throws IOException {
    Met host = meet(kind, peer -> true);
    InetSocketAddress at = host.listening();
    assertThat(at.getAddress()).isEqualTo(loopback());
    assertThat(at.getPort()).isPositive();
    try (Socket peer = new Socket(at.getAddress(), at.getPort())) {
      await().until(() -> host.arrived.size() == 1);
      assertThat(host.arrived).containsExactly((InetSocketAddress) peer.getLocalSocketAddress());
      await().until(() -> !connects(at));
    }
  }

  @ParameterizedTest
  @EnumSource
  void strangersAreClosedHoweverManyComeAndTheWaitGoesOn(Kind kind) throws IOException {
    List<Integer> expected = new CopyOnWriteArrayList<>();
    Met host = meet(kind, peer -> expected.contains(peer.getPort()));
    InetSocketAddress at = host.listening();
    for (int i = 0; i < 40; i++) { // more than are accepted in a turn
      try (Socket stranger = new Socket(at.getAddress(), at.getPort())) {
        stranger.setSoTimeout(10_000);
        assertThat(stranger.getInputStream().read()).isEqualTo(-1);
      }
    }
    try (Socket peer = new Socket()) {
      peer.bind(new InetSocketAddress(loopback(), 0));
      expected.add(peer.getLocalPort());
      peer.connect(at);
      await().until(() -> host.arrived.size() == 1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void portIsFreeWhenTheListenerSaysThatItIsClosed(Kind kind) throws Exception {
    Met host = meet(kind, peer -> true);
    InetSocketAddress at = host.listening();
    host.close().get();
    assertThatThrownBy(() -> new Socket(at.getAddress(), at.getPort()).close())
        .isInstanceOf(ConnectException.class);
    host.close().get(); // and once more
    assertThat(host.arrived).isEmpty();
    assertThat(host.failed).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void addressThatIsNotOursIsAFailure(Kind kind) throws IOException {
    Met host = meet(kind, InetAddress.getByName("192.0.2.1"), new LinuxSyscalls(), peer -> true);
    await().until(() -> host.failed.size() == 1);
    assertThat(host.failed).containsExactly(DialFailure.NO_RESOURCES);
    assertThat(host.listening).isEmpty();
  }

  @Test
  void shortageOfDescriptorsIsTold() {
    for (String call : List.of("streamSocket", "bind", "listen")) {
      Met host = meet(Kind.NATIVE, loopback(), failing(call, -Errno.EMFILE), peer -> true);
      await().until(() -> host.failed.size() == 1);
      assertThat(host.failed).as(call).containsExactly(DialFailure.NO_RESOURCES);
    }
    assertThat(counters.sum(Counter.DESCRIPTOR_SHORTAGES)).isEqualTo(3);
  }

  @Test
  void shortageAtTheAcceptEndsTheWait() throws IOException {
    Met host = meet(Kind.NATIVE, loopback(), failing("accept", -Errno.EMFILE), peer -> true);
    InetSocketAddress at = host.listening();
    try (Socket peer = new Socket(at.getAddress(), at.getPort())) {
      await().until(() -> host.failed.size() == 1);
      assertThat(host.failed).containsExactly(DialFailure.NO_RESOURCES);
      assertThat(peer.isConnected()).isTrue();
    }
    await().until(() -> !connects(at));
  }

  private static boolean connects(InetSocketAddress at) {
    try (Socket visitor = new Socket(at.getAddress(), at.getPort())) {
      return visitor.isConnected();
    } catch (IOException refused) {
      return false;
    }
  }

  private static InetAddress loopback() {
    return InetAddress.getLoopbackAddress();
  }

  /** The kernel's calls, but for one that fails. */
  private static Syscalls failing(String name, int answer) {
    Syscalls real = new LinuxSyscalls();
    return (Syscalls)
        Proxy.newProxyInstance(
            Syscalls.class.getClassLoader(),
            new Class<?>[] {Syscalls.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals(name)) {
                return answer;
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
              }
            });
  }

  private Met meet(Kind kind, Predicate<InetSocketAddress> expected) {
    return meet(kind, loopback(), new LinuxSyscalls(), expected);
  }

  private Met meet(
      Kind kind, InetAddress address, Syscalls calls, Predicate<InetSocketAddress> expected) {
    assumeThat(kind == Kind.NETTY || Epoll.isAvailable()).isTrue();
    if (group == null) {
      group =
          new MultiThreadIoEventLoopGroup(
              1, kind == Kind.NATIVE ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }
    IoEventLoop loop = (IoEventLoop) group.next();
    RelaySettings settings = new RelaySettings(Duration.ZERO, 65536);
    Met host = new Met(loop, expected);
    met = host;
    loop.submit(
            () -> {
              switch (kind) {
                case NATIVE ->
                    host.rendezvous =
                        new NativeLoop(
                                new SpliceLoop(loop, calls, counters.forLoop(), settings), NO_NAMES)
                            .meet(address, host.host(NativeSocket::close));
                case NETTY ->
                    host.rendezvous =
                        new NettyLoop(
                                new RelayLoop(loop, counters.forLoop(), settings),
                                NO_NAMES,
                                NioSocketChannel::new,
                                NioServerSocketChannel::new)
                            .meet(address, host.host(Channel::close));
              }
            })
        .awaitUninterruptibly();
    return host;
  }

  /** Who waits, and what was told. */
  private static final class Met {

    final List<InetSocketAddress> listening = new CopyOnWriteArrayList<>();
    final List<InetSocketAddress> arrived = new CopyOnWriteArrayList<>();
    final List<DialFailure> failed = new CopyOnWriteArrayList<>();
    private final IoEventLoop loop;
    private final Predicate<InetSocketAddress> expected;
    @Nullable Rendezvous rendezvous;

    Met(IoEventLoop loop, Predicate<InetSocketAddress> expected) {
      this.loop = loop;
      this.expected = expected;
    }

    InetSocketAddress listening() {
      await().until(() -> listening.size() == 1);
      return listening.getFirst();
    }

    io.netty.util.concurrent.Future<Void> close() {
      io.netty.util.concurrent.Promise<Void> closed = loop.newPromise();
      loop.execute(
          () -> {
            if (rendezvous != null) {
              rendezvous.close(() -> closed.setSuccess(null));
            }
          });
      return closed;
    }

    <S> Rendezvous.Host<S> host(java.util.function.Consumer<S> closing) {
      return new Rendezvous.Host<>() {
        @Override
        public void listening(InetSocketAddress at) {
          listening.add(at);
        }

        @Override
        public void failed(DialFailure why) {
          failed.add(why);
        }

        @Override
        public boolean expects(InetSocketAddress peer) {
          return expected.test(peer);
        }

        @Override
        public void arrived(S socket, InetSocketAddress peer) {
          arrived.add(peer);
          closing.accept(socket);
        }
      };
    }
  }
}
