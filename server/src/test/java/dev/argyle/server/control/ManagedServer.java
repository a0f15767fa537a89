package dev.argyle.server.control;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.DataProblem;
import dev.argyle.server.admission.Admission;
import dev.argyle.server.admission.Asker;
import dev.argyle.server.admission.Penalties;
import dev.argyle.server.config.Accounts;
import dev.argyle.server.config.Configuration;
import dev.argyle.server.config.ConfigurationSource;
import dev.argyle.server.config.Endpoint;
import dev.argyle.server.config.Overrides;
import dev.argyle.server.history.Archive;
import dev.argyle.server.list.ListFault;
import dev.argyle.server.list.Lists;
import dev.argyle.server.manage.door.AnswerBudget;
import dev.argyle.server.manage.door.DoorServices;
import dev.argyle.server.relay.LoopMemory;
import dev.argyle.server.relay.RelaySettings;
import dev.argyle.server.session.Policy;
import dev.argyle.server.session.Services;
import dev.argyle.server.session.SocksServer;
import dev.argyle.server.telemetry.AccessLog;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.Door;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.server.telemetry.SecurityLog;
import dev.argyle.server.telemetry.Telemetry;
import dev.argyle.wire.Host;
import dev.argyle.wire.UserName;
import dev.argyle.wire.bottler.BottlerToken;
import dev.argyle.wire.socks.Command;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A server's control side on real parts, but for the SOCKS listeners, which only say they listen.
 */
public final class ManagedServer implements AutoCloseable {

  public static final String PASSWORD = "some-Password-1";

  /** Notes what it is told, and gives ports from 40001 on where 0 is asked for. */
  static final class FakeServer extends SocksServer {
    final List<String> told = Collections.synchronizedList(new ArrayList<>());
    private int nextPort = 40_001;

    FakeServer(Services services) {
      super(List.of(), services);
    }

    /** A port that somebody else has. */
    int taken = -1;

    @Override
    public List<InetSocketAddress> listen(List<Endpoint> endpoints) throws ListenFailure {
      told.add("listen " + endpoints);
      for (Endpoint endpoint : endpoints) {
        if (endpoint.port() == taken) {
          throw new ListenFailure(endpoint, "address already in use");
        }
      }
      return endpoints.stream()
          .map(
              endpoint ->
                  new InetSocketAddress(
                      InetAddress.getLoopbackAddress(),
                      endpoint.port() == 0 ? nextPort++ : endpoint.port()))
          .toList();
    }

    @Override
    public void start() {
      told.add("start");
    }

    @Override
    public void stopListening() {
      told.add("stopListening");
    }

    @Override
    public void endAll(EndReason reason) {
      told.add("endAll " + reason);
    }

    @Override
    public int sessions() {
      return 0;
    }

    @Override
    public void sweepEvery(Duration selectorTimeout) {
      told.add("sweepEvery " + selectorTimeout.toMillis());
    }

    /** What every name leads to. */
    List<InetAddress> addresses = List.of();

    @Override
    public CompletableFuture<List<InetAddress>> lookUp(Asker asker, Host host) {
      told.add("lookUp " + host.text());
      return addresses.isEmpty()
          ? CompletableFuture.failedFuture(new UnknownHostException("no such name"))
          : CompletableFuture.completedFuture(addresses);
    }

    @Override
    public void close() {}
  }

  /** What Bottler's clients must show from now on. */
  public volatile BottlerToken token = BottlerToken.ofHex(TOKEN);

  /** What Bottler's clients must show. */
  public static final String TOKEN = "0123456789abcdef";

  final FakeServer driver;
  private final Lists lists;
  final Services services;
  final RelaySettings relay;
  final SocksControl socks;
  public final Telemetry telemetry;
  final AccountBook accounts;
  final Admission admission;

  /** Not started: nothing of it is on disk unless a test starts it. */
  public final Archive archive;

  private final ProxyControl control;

  /** With an administrator {@code admin} and a user {@code ana}, both with {@link #PASSWORD}. */
  public ManagedServer(Path data) throws DataProblem, SocksServer.ListenFailure {
    this(data, new ConfigurationSource(null, new Overrides(null, 0, null, null, false)));
  }

  ManagedServer(Path data, ConfigurationSource source)
      throws DataProblem, SocksServer.ListenFailure {
    this(AccountBook.open(data, new Accounts(null, 10)), source, data);
  }

  /**
   * The same, by a configuration.
   *
   * @param configuration its file; its lists are read
   */
  public ManagedServer(Path data, Path configuration)
      throws DataProblem, SocksServer.ListenFailure {
    this(data, new ConfigurationSource(configuration, new Overrides(null, 0, null, null, false)));
  }

  /** On accounts of the test's own. */
  public ManagedServer(AccountBook accounts) throws SocksServer.ListenFailure {
    this(
        accounts,
        new ConfigurationSource(null, new Overrides(null, 0, null, null, false)),
        Path.of("no-data"));
  }

  private ManagedServer(AccountBook accounts, ConfigurationSource source, Path data)
      throws SocksServer.ListenFailure {
    this.accounts = accounts;
    Configuration configuration =
        ((dev.argyle.server.config.Read.Ok) source.load()).configuration();
    lists = lists(configuration);
    accounts.add(UserName.of("admin"), octets(PASSWORD), true);
    accounts.add(UserName.of("ana"), octets(PASSWORD), false);
    telemetry = new Telemetry(new Counters(), AccessLog.none(), SecurityLog.none());
    admission =
        new Admission(
            Admission.Settings.of(configuration.socks(), Integer.MAX_VALUE),
            telemetry.securityLog(),
            accounts.hashing().slots());
    relay =
        new RelaySettings(
            configuration.socks().idleTimeout(),
            configuration.socks().bufferSize(),
            LoopMemory.ofThisProcess(1));
    services =
        new Services(
            accounts,
            admission,
            telemetry,
            Policy.of(configuration, lists.all()),
            relay,
            (loop, asker, host, listener) -> {
              throw new AssertionError("no name is looked up here");
            });
    driver = new FakeServer(services);
    socks = new SocksControl(source, configuration, services, relay, driver, lists, _ -> {});
    socks.listen();
    socks.accept(List.of());
    archive =
        new Archive(data, configuration.history(), telemetry, InstantSource.system(), _ -> true);
    control = new ProxyControl(accounts, telemetry, admission, socks, archive, () -> token);
  }

  private static Lists lists(Configuration configuration) {
    try {
      return Lists.load(configuration.listFiles());
    } catch (ListFault wrong) {
      throw new IllegalArgumentException(wrong);
    }
  }

  public long count(Counter counter) {
    return telemetry.counters().sum(counter);
  }

  public Telemetry telemetry() {
    return telemetry;
  }

  public ProxyControl control() {
    return control;
  }

  public Settings settings() {
    return socks.settings();
  }

  /** For a door whose connections are on these loops. */
  public DoorServices doorServices(EventLoopGroup loops) {
    return new DoorServices(
        loops, control, admission, telemetry.counters().shared(), new AnswerBudget());
  }

  /** A connection of {@code 192.0.2.7} that has moved so much, and has ended in order. */
  public void connectionEnds(String user, String destination, long up) {
    long now = System.currentTimeMillis();
    LiveConnection connection =
        telemetry.connections().open(InetAddress.ofLiteral("192.0.2.7"), 40000, now, _ -> {});
    connection.authenticated(user);
    connection.requested(Command.CONNECT, destination, 443);
    connection.replied(0);
    connection.addUp(up);
    telemetry.ended(connection, Ending.of(EndReason.DONE), now);
  }

  public static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** How often the SOCKS listeners were told so. */
  public long told(String what) {
    synchronized (driver.told) {
      return driver.told.stream().filter(what::equals).count();
    }
  }

  /** With {@link #PASSWORD}. */
  public void addAdministrator(String name) {
    accounts.add(UserName.of(name), octets(PASSWORD), true);
  }

  /** So refusals are not held back. */
  public void penaliseNobody() {
    admission.settings(new Admission.Settings(10, 10, false));
  }

  /** What an administrator may do elsewhere. */
  public Elsewhere change() {
    return new Elsewhere();
  }

  /** Changes by another door. */
  public final class Elsewhere {
    private final Actor actor =
        new Actor("admin", Operation.Right.ADMINISTER, Door.HTTP, InetAddress.getLoopbackAddress());

    public void removeUser(String name) {
      control.removeUser(actor, UserName.of(name));
    }

    public void disable(String name) {
      control.setEnabled(actor, UserName.of(name), false);
    }

    public void demote(String name) {
      control.setAdministrator(actor, UserName.of(name), false);
    }

    public void password(String name) {
      password(name, "another");
    }

    public void password(String name, String password) {
      control.setPassword(actor, UserName.of(name), octets(password));
    }

    public void enable(String name) {
      control.setEnabled(actor, UserName.of(name), true);
    }

    public void promote(String name) {
      control.setAdministrator(actor, UserName.of(name), true);
    }

    public void view(String name, boolean viewer) {
      control.userControl().setViewer(actor, UserName.of(name), viewer);
    }

    public boolean hasUser(String name) {
      return accounts.find(UserName.of(name)) != null;
    }

    public void rename(String name, String newName) {
      control.renameUser(actor, UserName.of(name), UserName.of(newName));
    }
  }

  /** Connections from 127.0.0.1 without a user, to one destination. */
  public void openConnections(int count, String destination) {
    for (int i = 0; i < count; i++) {
      telemetry
          .connections()
          .open(InetAddress.getLoopbackAddress(), 4711, 1, _ -> {})
          .requested(Command.CONNECT, destination, 80);
    }
  }

  private final List<Long> killed = Collections.synchronizedList(new ArrayList<>());

  /** The connections of {@link #openConnection} that were asked to end, in order. */
  public List<Long> killed() {
    return killed;
  }

  /** A connection from 127.0.0.1 that has asked for port 80 of a host. */
  public LiveConnection openConnection(@Nullable String user, String host) {
    long[] id = new long[1];
    LiveConnection open =
        telemetry
            .connections()
            .open(
                InetAddress.getLoopbackAddress(),
                4711,
                System.currentTimeMillis(),
                System.nanoTime(),
                _ -> killed.add(id[0]));
    id[0] = open.id();
    if (user != null) {
      open.authenticated(user);
    }
    open.requested(Command.CONNECT, host, 80);
    return open;
  }

  /** A user of this run. */
  public void addTemporary(UserName name) {
    accounts.addTemporary(name, octets(PASSWORD));
  }

  /** A source has sent garbage. */
  public void penalise(InetAddress source) {
    admission.penalties().penalise(source, Penalties.Reason.MALFORMED);
  }

  /** Loopback has sent this in place of a greeting. */
  public void malformedHandshake(String octets) {
    telemetry
        .malformedHandshakes()
        .add(
            System.currentTimeMillis(),
            InetAddress.getLoopbackAddress(),
            4711,
            Door.SOCKS,
            new Ending(EndReason.PROTOCOL_ERROR, "version 0x47"),
            0,
            octets(octets));
  }

  @Override
  public void close() {
    archive.close();
    accounts.close();
  }
}
