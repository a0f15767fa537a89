package dev.argyle.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.DataProblem;
import dev.argyle.server.admission.Admission;
import dev.argyle.server.config.Configuration;
import dev.argyle.server.config.ConfigurationReader;
import dev.argyle.server.config.Read;
import dev.argyle.server.dial.NameResolver;
import dev.argyle.server.net.LinuxSocketLoop;
import dev.argyle.server.net.LinuxSyscalls;
import dev.argyle.server.net.LoopTurns;
import dev.argyle.server.net.NioSocketLoop;
import dev.argyle.server.net.SocketLoop;
import dev.argyle.server.net.Syscalls;
import dev.argyle.server.relay.LoopMemory;
import dev.argyle.server.relay.RelaySettings;
import dev.argyle.server.telemetry.AccessLog;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.EndedConnection;
import dev.argyle.server.telemetry.Journal;
import dev.argyle.server.telemetry.LogDestination;
import dev.argyle.server.telemetry.SecurityLog;
import dev.argyle.server.telemetry.Telemetry;
import dev.argyle.wire.UserName;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.awaitility.Awaitility;

/** The SOCKS side of a server in this process, with real accounts, and a place to go to. */
final class SessionRig implements AutoCloseable {

  /** Which sockets the sessions are on. */
  enum Kind {
    LINUX,
    NIO
  }

  final AtomicInteger lookups = new AtomicInteger();
  final AtomicInteger lookupsCancelled = new AtomicInteger();
  final AccountBook accounts;
  final Admission admission;
  final Telemetry telemetry;
  final Services services;
  final ServerSocket target;
  private final Path securityLog;
  final RelaySettings relaySettings;
  final List<SocketLoop> sockets;
  final SocksServer server;
  final InetSocketAddress listening;
  private final LoopTurns.Loops loops;

  SessionRig(Kind kind, Path data, String socks, String rules) throws Exception {
    this(kind, data, socks, rules, 1, LinuxSyscalls::new);
  }

  /**
   * @param loopCount event loops
   * @param calls makes each loop's system calls; not asked for NIO's
   */
  SessionRig(
      Kind kind,
      Path data,
      String socks,
      String rules,
      int loopCount,
      Supplier<? extends Syscalls> calls)
      throws Exception {
    this(kind, data, socks, rules, loopCount, calls, LoopMemory.ofThisProcess(loopCount));
  }

  SessionRig(
      Kind kind,
      Path data,
      String socks,
      String rules,
      int loopCount,
      Supplier<? extends Syscalls> calls,
      LoopMemory memory)
      throws Exception {
    relaySettings = new RelaySettings(Duration.ZERO, 64 * 1024, memory);
    String yaml = "socks:\n  listen: [\"127.0.0.1:0\"]\n" + socks.indent(2) + rules;
    Configuration configuration =
        switch (ConfigurationReader.read("test.yaml", yaml)) {
          case Read.Ok(Configuration good, _) -> good;
          case Read.Wrong(var problems) -> throw new AssertionError(problems);
        };
    accounts = open(data, configuration);
    securityLog = data.resolve("security.log");
    Counters counters = new Counters();
    telemetry =
        new Telemetry(
            counters,
            AccessLog.none(),
            SecurityLog.open(
                new LogDestination.File(securityLog), counters, InstantSource.system()));
    admission =
        new Admission(
            Admission.Settings.of(configuration.socks(), Integer.MAX_VALUE),
            telemetry.securityLog(),
            accounts.hashing().slots());
    Policy policy = Policy.of(configuration);
    loops =
        new LoopTurns.Loops(
            loopCount,
            new DefaultThreadFactory("loop", true),
            kind == Kind.LINUX ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    NameResolver resolver =
        (loop, asker, host, listener) -> {
          lookups.incrementAndGet();
          return lookupsCancelled::incrementAndGet; // never answered
        };
    services = new Services(accounts, admission, telemetry, policy, relaySettings, resolver);
    List<SocketLoop> made = new ArrayList<>();
    for (EventExecutor loop : loops.group()) {
      made.add(sockets(kind, (IoEventLoop) loop, loops, counters, calls));
    }
    sockets = List.copyOf(made);
    server = new SocksServer(sockets, services);
    listening = server.listen(configuration.socks().listen()).getFirst();
    server.sweepEvery(Duration.ofMillis(20));
    server.start();
    target = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
  }

  private static SocketLoop sockets(
      Kind kind,
      IoEventLoop loop,
      LoopTurns.Loops loops,
      Counters counters,
      Supplier<? extends Syscalls> calls) {
    LoopTurns turns = loops.turns(loop);
    return switch (kind) {
      case LINUX -> new LinuxSocketLoop(loop, turns, counters.forLoop(), calls.get());
      case NIO -> new NioSocketLoop(loop, turns, counters.forLoop());
    };
  }

  private static AccountBook open(Path data, Configuration configuration) {
    try {
      return AccountBook.open(data, configuration.accounts());
    } catch (DataProblem problem) {
      throw new AssertionError(problem);
    }
  }

  void addUser(String name, String password) {
    accounts.add(UserName.of(name), password.getBytes(StandardCharsets.UTF_8), false);
  }

  Socket connect() throws IOException {
    Socket socket = new Socket(listening.getAddress(), listening.getPort());
    socket.setSoTimeout(10_000);
    socket.setTcpNoDelay(true);
    return socket;
  }

  Socket accept() throws IOException {
    target.setSoTimeout(10_000);
    Socket socket = target.accept();
    socket.setSoTimeout(10_000);
    return socket;
  }

  /** A client that has logged in, and is at the target. */
  Socket tunnelOf(String user, String password) throws IOException {
    Socket client = connect();
    send(client, "05 01 02");
    expect(client, "05 02");
    send(client, credentials(user, password));
    expect(client, "01 00");
    send(client, connectRequest());
    client.getInputStream().readNBytes(10);
    return client;
  }

  static String credentials(String user, String password) {
    HexFormat hex = HexFormat.of();
    byte[] name = user.getBytes(StandardCharsets.UTF_8);
    byte[] word = password.getBytes(StandardCharsets.UTF_8);
    return "01"
        + hex.toHexDigits((byte) name.length)
        + hex.formatHex(name)
        + hex.toHexDigits((byte) word.length)
        + hex.formatHex(word);
  }

  /** CONNECT to the target. */
  String connectRequest() {
    return "05 01 00 01 7F 00 00 01" + HexFormat.of().toHexDigits((short) target.getLocalPort());
  }

  static void send(Socket socket, String hex) throws IOException {
    socket.getOutputStream().write(octets(hex));
  }

  static byte[] octets(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  static void expect(Socket socket, String hex) throws IOException {
    byte[] expected = octets(hex);
    assertThat(HexFormat.of().formatHex(socket.getInputStream().readNBytes(expected.length)))
        .isEqualTo(HexFormat.of().formatHex(expected));
  }

  static void expectEnd(Socket socket) throws IOException {
    assertThat(socket.getInputStream().read()).as("end of stream").isEqualTo(-1);
  }

  /** Once the client is closed, or reset, without another octet. */
  static void expectEndOrReset(Socket socket) throws IOException {
    try {
      expectEnd(socket);
    } catch (SocketException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
  }

  /** Octets that differ from their neighbours, so that a lost or moved one is seen. */
  static byte[] pattern(int length) {
    byte[] octets = new byte[length];
    for (int i = 0; i < length; i++) {
      octets[i] = (byte) (i * 31 + i / 251);
    }
    return octets;
  }

  int sessions() {
    return server.sessions();
  }

  long count(Counter counter) {
    return telemetry.counters().sum(counter);
  }

  /** The connection that ended last, once there are so many. */
  EndedConnection ended(int connections) {
    Awaitility.await()
        .atMost(10, TimeUnit.SECONDS)
        .until(
            () ->
                telemetry.journal().page(Journal.NEWEST, 100).connections().size() == connections);
    return telemetry.journal().page(Journal.NEWEST, 1).connections().getFirst();
  }

  /** Lines of the security log, once it has one. */
  List<String> securityLog() {
    return Awaitility.await()
        .atMost(10, TimeUnit.SECONDS)
        .until(() -> Files.readAllLines(securityLog), lines -> !lines.isEmpty());
  }

  @Override
  public void close() throws Exception {
    server.stopListening();
    server.endAll(EndReason.DRAINED);
    Awaitility.await()
        .alias("every admitted connection has left")
        .atMost(10, TimeUnit.SECONDS)
        .until(() -> admission.connections() == 0 && server.sessions() == 0);
    assertThat(admission.unauthenticated()).isZero();
    assertThat(telemetry.connections().concurrency().current()).isZero();
    server.close();
    loops
        .group()
        .shutdownGracefully(0, 1, TimeUnit.SECONDS)
        .awaitUninterruptibly(5, TimeUnit.SECONDS);
    telemetry.close();
    accounts.close();
    target.close();
  }
}
