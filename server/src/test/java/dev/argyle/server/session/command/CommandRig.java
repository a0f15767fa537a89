package dev.argyle.server.session.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.argyle.server.admission.Asker;
import dev.argyle.server.admission.Shares;
import dev.argyle.server.config.Socks;
import dev.argyle.server.dial.Failure;
import dev.argyle.server.dial.Family;
import dev.argyle.server.dial.Gate;
import dev.argyle.server.dial.NameResolver;
import dev.argyle.server.net.LinuxSocketLoop;
import dev.argyle.server.net.LinuxSyscalls;
import dev.argyle.server.net.LoopTurns;
import dev.argyle.server.net.NioSocketLoop;
import dev.argyle.server.net.SocketLoop;
import dev.argyle.server.net.StreamSocket;
import dev.argyle.server.rate.RateLoop;
import dev.argyle.server.rule.RuleBook;
import dev.argyle.server.telemetry.ConnectionTable;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.server.udp.DatagramSeal;
import dev.argyle.server.udp.UdpMemory;
import dev.argyle.wire.Destination;
import dev.argyle.wire.Host;
import dev.argyle.wire.socks.Command;
import dev.argyle.wire.socks.ReplyCode;
import dev.argyle.wire.socks.Request;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A loop with real sockets, a client that asks for commands, and names that the test answers. */
final class CommandRig implements AutoCloseable {

  /** The two kinds of sockets. */
  enum Kind {
    LINUX,
    NIO
  }

  static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  /** Also this machine. */
  static final InetAddress LOOPBACK_2 = InetAddress.ofLiteral("127.0.0.2");

  /** No address of this machine (RFC 5737). */
  static final InetAddress ELSEWHERE = InetAddress.ofLiteral("192.0.2.1");

  final Associations associations = new Associations(new UdpMemory(64 << 20));
  final Shares binds = new Shares();
  volatile Socks.Bind bind = new Socks.Bind(100, 10);
  final Names names = new Names();
  final Client client = new Client();
  final CommandLoop commands;
  volatile Socks.Udp udp =
      new Socks.Udp(
          Duration.ofMinutes(2), List.of(), Socks.Filter.ADDRESS_RESTRICTED, null, 100, 10);
  private final Counters counters = new Counters();
  private final LoopTurns.Loops loops;
  private final IoEventLoop loop;

  CommandRig(Kind kind) {
    assumeThat(kind == Kind.NIO || Epoll.isAvailable()).isTrue();
    loops =
        new LoopTurns.Loops(
            1,
            new DefaultThreadFactory("loop", true),
            kind == Kind.LINUX ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    loop = loops.group().next();
    LoopTurns turns = loops.turns(loop);
    SocketLoop sockets =
        switch (kind) {
          case LINUX -> new LinuxSocketLoop(loop, turns, counters.forLoop(), new LinuxSyscalls());
          case NIO -> new NioSocketLoop(loop, turns, counters.forLoop());
        };
    commands =
        new CommandLoop(
            sockets,
            new RateLoop((nanos, action) -> {}, System::nanoTime),
            names,
            associations,
            () -> udp,
            binds,
            () -> bind);
  }

  static Destination at(InetAddress address, int port) {
    return new Destination(Host.of(address), port);
  }

  static Destination named(String name, int port) {
    return new Destination(new Host.Name(name), port);
  }

  /** The command, which has not begun. */
  RunningCommand command(Request request) {
    return RunningCommand.of(request, client, commands);
  }

  /** The command, which has begun. */
  RunningCommand begin(Request request) {
    RunningCommand command = command(request);
    run(command::begin);
    return command;
  }

  /** Runs a step on the loop, and what it has left there. */
  void run(Runnable step) {
    loop.submit(step).syncUninterruptibly();
    loop.submit(() -> {}).syncUninterruptibly();
  }

  long count(Counter counter) {
    return counters.sum(counter);
  }

  static boolean connects(InetSocketAddress at) {
    try (Socket visitor = new Socket(at.getAddress(), at.getPort())) {
      return visitor.isConnected();
    } catch (IOException refused) {
      return false;
    }
  }

  static void assertTurnedAway(Socket peer) throws IOException {
    peer.setSoTimeout(10_000);
    assertThat(peer.getInputStream().read()).as("end of stream").isEqualTo(-1);
  }

  @Override
  public void close() {
    loops
        .group()
        .shutdownGracefully(0, 1, TimeUnit.SECONDS)
        .awaitUninterruptibly(5, TimeUnit.SECONDS);
  }

  /** The rules as a test writes them. */
  interface Rules {
    Gate gate(Command command, Destination asked);
  }

  /** A refusal, as the client got it and as it is logged. */
  record Refusal(ReplyCode code, Ending why) {}

  /** Looks up one name at a time, and answers when the test says so. */
  static final class Names implements NameResolver {

    final List<String> asked = new CopyOnWriteArrayList<>();
    volatile boolean cancelled;
    private volatile @Nullable Listener listener;

    @Override
    public Lookup resolve(EventExecutor on, Asker asker, String host, Listener who) {
      asked.add(host);
      listener = who;
      return () -> cancelled = true;
    }

    /** On the loop; without addresses the name has none. */
    void answer(Family family, InetAddress... addresses) {
      List<InetAddress> all = Arrays.asList(addresses);
      tell(family, all.isEmpty() ? new NoAddresses() : new Addresses(all));
    }

    /** On the loop. */
    void fail(Failure why) {
      tell(Family.IPV6, new Failed(why));
      tell(Family.IPV4, new Failed(why));
    }

    private void tell(Family family, Answer answer) {
      assertThat(cancelled).as("nobody waits any more").isFalse();
      Objects.requireNonNull(listener).answered(family, answer);
    }
  }

  /** What one client was told. */
  static final class Client implements Requester {

    final List<InetSocketAddress> awaited = new CopyOnWriteArrayList<>();
    final List<InetSocketAddress> connected = new CopyOnWriteArrayList<>();
    final List<InetSocketAddress> associated = new CopyOnWriteArrayList<>();
    final List<Refusal> refused = new CopyOnWriteArrayList<>();
    final List<Ending> overs = new CopyOnWriteArrayList<>();
    final List<Throwable> bugs = new CopyOnWriteArrayList<>();
    final List<Destination> asked = new CopyOnWriteArrayList<>();
    final RuleBook book = RuleBook.compile(List.of());
    volatile Rules rules = (command, destination) -> address -> Gate.Allowed.FROM_ANY;
    final AtomicLong up = new AtomicLong();
    final AtomicLong down = new AtomicLong();
    private final LiveConnection live = new ConnectionTable().open(LOOPBACK, 4711, 1, _ -> {});

    void denyAll(String rule) {
      rules = (command, destination) -> address -> new Gate.Denied(rule);
    }

    InetSocketAddress awaitedAt() {
      await().until(() -> !awaited.isEmpty());
      return awaited.getFirst();
    }

    Refusal refusal() {
      await().until(() -> !refused.isEmpty());
      assertThat(refused).hasSize(1);
      return refused.getFirst();
    }

    void assertToldNothing() {
      assertThat(awaited).isEmpty();
      assertThat(connected).isEmpty();
      assertThat(associated).isEmpty();
      assertThat(refused).isEmpty();
      assertThat(overs).isEmpty();
      assertThat(bugs).isEmpty();
    }

    @Override
    public LiveConnection client() {
      return live;
    }

    @Override
    public InetAddress localAddress() {
      return LOOPBACK;
    }

    @Override
    public Gate gate(Command command, Destination destination) {
      asked.add(destination);
      return rules.gate(command, destination);
    }

    @Override
    public RuleBook rules() {
      return book;
    }

    @Override
    public @Nullable DatagramSeal datagramSeal() {
      return null;
    }

    @Override
    public void awaits(InetSocketAddress at) {
      awaited.add(at);
    }

    @Override
    public void connected(StreamSocket remote, InetSocketAddress bound) {
      remote.close();
      connected.add(bound);
    }

    @Override
    public void associated(InetSocketAddress at) {
      associated.add(at);
    }

    @Override
    public void refuse(ReplyCode code, Ending why) {
      refused.add(new Refusal(code, why));
    }

    @Override
    public void over(Ending why) {
      overs.add(why);
    }

    @Override
    public void up(long octets) {
      up.addAndGet(octets);
    }

    @Override
    public void down(long octets) {
      down.addAndGet(octets);
    }

    @Override
    public void onBug(Throwable bug) {
      bugs.add(bug);
    }
  }
}
