package dev.argyle.server;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.AccountStoreException;
import dev.argyle.server.account.AdminSecret;
import dev.argyle.server.account.DataDirectory;
import dev.argyle.server.account.DataProblem;
import dev.argyle.server.account.Outcome;
import dev.argyle.server.admission.Admission;
import dev.argyle.server.config.Configuration;
import dev.argyle.server.config.ConfigurationSource;
import dev.argyle.server.config.FileFailure;
import dev.argyle.server.config.Given;
import dev.argyle.server.config.Read;
import dev.argyle.server.config.Socks;
import dev.argyle.server.control.ProxyControl;
import dev.argyle.server.control.SocksControl;
import dev.argyle.server.dial.SystemResolver;
import dev.argyle.server.history.Archive;
import dev.argyle.server.list.Lists;
import dev.argyle.server.manage.events.EventHub;
import dev.argyle.server.manage.events.Users;
import dev.argyle.server.manage.http.HttpDoor;
import dev.argyle.server.manage.http.Route;
import dev.argyle.server.manage.http.metrics.MetricsPage;
import dev.argyle.server.net.LoopTurns;
import dev.argyle.server.net.ProcessLimits;
import dev.argyle.server.relay.LoopMemory;
import dev.argyle.server.relay.RelaySettings;
import dev.argyle.server.session.Policy;
import dev.argyle.server.session.Services;
import dev.argyle.server.session.SocksServer;
import dev.argyle.server.systemd.Notifier;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.Telemetry;
import dev.argyle.wire.UserName;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wiring: what a server is made of, in the order in which it starts, and stopped in reverse.
 * {@link #run} is a server's life.
 */
public final class ArgyleServer {

  private static final Logger LOG = LoggerFactory.getLogger(ArgyleServer.class);

  /** How long a start waits at most until names can be resolved; usually it need not wait. */
  private static final int NAMES_READY_SECONDS = 1;

  private final Configuration configuration;
  private final Given given;
  private final AccountBook accounts;
  private final Admission admission;
  private final Telemetry telemetry;
  private final LoopTurns.Loops loops;
  private final Future<?> namesReady;
  private final CredentialTaps taps;
  private final SocksServer socksServer;
  private final SocksControl socksControl;
  private final ProxyControl control;
  private final ServerGauges gauges;
  private final Archive archive;
  private final Lists lists;
  private final SharedToken token;
  private final Supervision supervision;
  private @Nullable Doors doors;
  private volatile @Nullable EventHub events; // made with the first request to the HTTP door
  private final int descriptors = ProcessLimits.descriptors();
  private volatile @Nullable EndpointsFile endpoints; // set once the server is ready

  private ArgyleServer(
      ConfigurationSource source,
      Read.Ok read,
      AccountBook accounts,
      Path data,
      SharedToken token,
      Counters counters)
      throws StartFailure {
    this.configuration = read.configuration();
    this.given = read.given();
    this.token = token;
    this.lists = Loading.lists(configuration);
    Socks socks = configuration.socks();
    this.accounts = accounts;
    this.telemetry = Logs.open(configuration.log(), counters);
    this.admission =
        new Admission(
            Admission.Settings.of(socks, descriptors),
            telemetry.securityLog(),
            accounts.hashing().slots());
    admission.accounts().plans(configuration.plans());
    RelaySettings relaySettings =
        new RelaySettings(
            socks.idleTimeout(),
            socks.bufferSize(),
            LoopMemory.ofThisProcess(Transport.count(socks.loops())));
    DescriptorNeed.check(socks, descriptors);
    Preparation.awaitSockets();
    Transport transport = Transport.choose(socks.relay());
    this.loops = transport.loops(socks.loops());
    SystemResolver resolver =
        SystemResolver.of(configuration.dns(), loops.group().next(), telemetry.counters().shared());
    this.namesReady = resolver.warmUp(); // while the rest is made
    Services services =
        new Services(
            accounts,
            admission,
            telemetry,
            Policy.of(configuration, lists.all()),
            relaySettings,
            resolver);
    services
        .logins()
        .outside(Loading.outside(configuration.accounts(), accounts, telemetry.counters()));
    this.taps =
        new CredentialTaps(relaySettings, telemetry.accessLog(), configuration.dissectors());
    services.taps(taps);
    this.socksServer =
        new SocksServer(
            transport.sockets(loops, telemetry.counters(), socks),
            services,
            Supervision.givenListeners());
    this.socksControl =
        new SocksControl(
            source, configuration, services, relaySettings, socksServer, lists, this::apply);
    this.archive =
        new Archive(
            data,
            configuration.history(),
            telemetry,
            InstantSource.system(),
            name -> accounts.find(name) != null);
    AccountWiring.join(accounts, configuration, admission, archive);
    this.gauges =
        new ServerGauges(
            accounts,
            admission,
            telemetry,
            services,
            socksServer,
            resolver,
            archive,
            configuration.dns(),
            descriptors,
            () -> doors == null ? Double.NaN : doors.certificateEndSeconds(),
            () -> events == null ? 0 : events.listeners());
    this.control = new ProxyControl(accounts, telemetry, admission, socksControl, archive, token);
    this.supervision = new Supervision(Notifier.ofThisProcess(), this::status);
  }

  /**
   * Starts a server, and returns its exit code when it has been told to stop and has.
   *
   * @throws StartFailure if it cannot start
   */
  public static int run(Launch launch) throws StartFailure {
    Counters counters = new Counters();
    try (StandardStreams _ = StandardStreams.takeOver(counters)) {
      return run(launch, counters);
    }
  }

  private static int run(Launch launch, Counters counters) throws StartFailure {
    Signals signals = Signals.takeOver();
    Read.Ok read = Loading.configuration(launch.source());
    read.given().warnings().forEach(warning -> LOG.warn("{}", warning));
    if (launch.dataNote() != null) {
      LOG.info("{}", launch.dataNote());
    }
    Preparation.awaitAccounts();
    try (DataDirectory data = DataDirectory.hold(launch.data());
        EndpointsFile endpoints = EndpointsFile.absent(data.path());
        AccountBook accounts = AccountBook.open(data.path(), read.configuration().accounts())) {
      AdminSecret secret = AdminSecret.readOrMake(data.path(), accounts);
      accounts.firstAdministrator(UserName.of(secret.username()));
      addUsersOfThisRun(accounts, launch.users());
      ArgyleServer server =
          new ArgyleServer(
              launch.source(),
              read,
              accounts,
              data.path(),
              new SharedToken(data.path(), secret),
              counters);
      try {
        List<InetSocketAddress> listening = server.listen(endpoints);
        server.awaitNames();
        FirstStart.announce(secret, data.path()); // also if the process is killed right after
        endpoints.write(listening, server.addresses());
        server.endpoints = endpoints;
        signals.ready(server::answer); // before anybody is told that the server is ready
        System.out.println(ReadyLine.of(listening, launch.source().file(), data.path()));
        server.supervision.ready(server.eventLoops());
        server.archive.start();
        server.lists.watch();
        IdleHeap.watch(counters);
        signals.awaitStop();
        server.supervision.stopping(server.socksControl.drainTime());
        server.socksControl.drain();
        return 0;
      } finally {
        endpoints.remove();
        server.close();
      }
    } catch (DataProblem problem) {
      throw new StartFailure(String.valueOf(problem.getMessage()), 1);
    } catch (AccountStoreException failed) { // while the administrator is made
      throw new StartFailure(
          launch.data().resolve(AccountBook.FILE) + ": " + failed.getMessage(), 1);
    } catch (IOException failed) {
      throw new StartFailure(
          launch.data()
              + ": endpoints.json: "
              + FileFailure.advised(failed, "give another directory with --data"),
          1);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  private static void addUsersOfThisRun(AccountBook accounts, List<Launch.User> users)
      throws StartFailure {
    for (Launch.User user : users) {
      UserName name = UserName.of(user.name());
      Outcome outcome =
          accounts.addTemporary(name, user.password().getBytes(StandardCharsets.UTF_8));
      if (outcome instanceof Outcome.AlreadyThere) {
        throw new StartFailure(
            "argyle: -u "
                + name.escaped()
                + ": there is an account of this name; choose another name, or remove the account"
                + " with: argyle users remove "
                + name.escaped(),
            2);
      }
    }
  }

  /** Opens every listener; clients are accepted when all are open. */
  private List<InetSocketAddress> listen(EndpointsFile files) throws StartFailure {
    try {
      List<InetSocketAddress> listening = socksControl.listen();
      Doors opened =
          Doors.open(
              configuration.management(),
              given,
              control,
              admission,
              telemetry.counters().shared(),
              new HttpDoor.Settings(
                  configuration.management().http().names(),
                  configuration.management().http().sessionIdle(),
                  configuration.management().http().sessionLifetime(),
                  () -> !socksControl.listening().isEmpty(),
                  this::resources),
              files::certificate);
      doors = opened;
      socksControl.accept(opened.listeners());
      return listening;
    } catch (SocksServer.ListenFailure failure) {
      throw new StartFailure(String.valueOf(failure.getMessage()), 1);
    }
  }

  private List<Route> resources() {
    Users cached = new Users(() -> (long) gauges.accounts(), admission::users);
    EventHub hub = new EventHub(telemetry, cached, descriptors);
    events = hub;
    Users now = new Users(accounts::count, admission::users);
    return HttpResources.of(
        control, this::addresses, this::metrics, telemetry, now, hub, descriptors);
  }

  private MetricsPage metrics() {
    return new MetricsPage(telemetry.counters(), gauges, gauges::ruleHits, lists::status);
  }

  /** The first client that names a name is not to pay for the loading of classes. */
  private void awaitNames() throws InterruptedException {
    try {
      namesReady.get(NAMES_READY_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException late) {
      LOG.debug("names are not ready; the first one waits", late);
    }
  }

  private Map<String, InetSocketAddress> addresses() {
    return doors == null ? Map.of() : doors.addresses();
  }

  /** For people, in one line: what the server does. */
  private String status() {
    List<InetSocketAddress> listening = socksControl.listening();
    return (listening.isEmpty()
            ? "SOCKS is stopped"
            : "SOCKS 5 on " + EndpointsFile.shown(listening))
        + "; open connections: "
        + socksServer.sessions();
  }

  /** Each of which must turn for the server to be alive. */
  private List<EventExecutor> eventLoops() {
    List<EventExecutor> all = new ArrayList<>();
    loops.group().forEach(all::add);
    if (doors != null) {
      doors.loops().forEach(all::add);
    }
    return all;
  }

  private void answer(Signals.Request request) {
    telemetry.reopenLogs();
    switch (request) {
      case RELOAD -> supervision.reload(this::reload);
      case REOPEN_LOGS -> LOG.info("log files opened again");
    }
  }

  private boolean reload() {
    token.readAgain();
    return socksControl.reload();
  }

  /** What a configuration changes besides the SOCKS side itself. */
  private void apply(Configuration next) {
    admission.settings(Admission.Settings.of(next.socks(), descriptors));
    admission.accounts().plans(next.plans());
    accounts.limit(next.accounts().maxUsers());
    accounts.usages().addresses(next.history().addresses());
    taps.configure(next.dissectors());
    archive.settings(next.history());
    writeEndpoints();
  }

  /** A reset may have opened other listeners. */
  private void writeEndpoints() {
    EndpointsFile file = endpoints;
    List<InetSocketAddress> listening = socksControl.listening();
    if (file != null && !listening.isEmpty()) {
      try {
        file.write(listening, addresses());
      } catch (IOException failed) {
        LOG.warn("endpoints.json could not be updated: {}", FileFailure.advised(failed));
      }
    }
  }

  private void close() {
    supervision.close();
    EventHub hub = events;
    if (hub != null) { // its listeners are told before their connections are cut
      hub.close();
    }
    if (doors != null) {
      doors.close();
    }
    socksServer.close();
    loops
        .group()
        .shutdownGracefully(0, 1, TimeUnit.SECONDS)
        .awaitUninterruptibly(2, TimeUnit.SECONDS);
    lists.close();
    archive.close();
    telemetry.close();
  }
}
