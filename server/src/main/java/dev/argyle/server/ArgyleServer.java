package dev.argyle.server;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.AdminSecret;
import dev.argyle.server.account.DataDirectory;
import dev.argyle.server.account.DataProblem;
import dev.argyle.server.account.UserName;
import dev.argyle.server.admission.Admission;
import dev.argyle.server.config.ConfigProblem;
import dev.argyle.server.config.Configuration;
import dev.argyle.server.config.ConfigurationSource;
import dev.argyle.server.config.Read;
import dev.argyle.server.config.Socks;
import dev.argyle.server.dial.SystemResolver;
import dev.argyle.server.relay.RelaySettings;
import dev.argyle.server.rule.OwnListener;
import dev.argyle.server.rule.RuleBook;
import dev.argyle.server.session.Driver;
import dev.argyle.server.session.Policy;
import dev.argyle.server.session.Services;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Telemetry;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wiring: what a server is made of, in the order in which it starts, and stopped in reverse.
 * {@link #run} is a server's life.
 */
public final class ArgyleServer {

  private static final Logger LOG = LoggerFactory.getLogger(ArgyleServer.class);

  /** How long sessions that were told to end may take to be gone. */
  private static final Duration LAST_SECOND = Duration.ofSeconds(1);

  private final ConfigurationSource source;
  private final Configuration atStart;
  private final AccountBook accounts;
  private final Admission admission;
  private final Telemetry telemetry;
  private final IoEventLoopGroup loops;
  private final RelaySettings relaySettings;
  private final Services services;
  private final Driver driver;
  private List<OwnListener> ownListeners = List.of();
  private Configuration current;

  private ArgyleServer(
      ConfigurationSource source, Configuration configuration, AccountBook accounts)
      throws StartFailure {
    Socks socks = configuration.socks();
    this.source = source;
    this.atStart = configuration;
    this.current = configuration;
    this.accounts = accounts;
    this.telemetry = Logs.open(configuration.log());
    this.admission = new Admission(Admission.Settings.of(socks));
    this.relaySettings = new RelaySettings(socks.idleTimeout(), socks.bufferSize());
    this.services =
        new Services(
            accounts,
            admission,
            telemetry,
            Policy.of(socks, RuleBook.compile(configuration.rules())));
    Transport transport = Transport.choose(socks.relay());
    this.loops = transport.loops(socks.loops());
    SystemResolver resolver = SystemResolver.of(configuration.dns(), (EventLoop) loops.next());
    this.driver = transport.driver(loops, services, relaySettings, resolver);
  }

  /**
   * Starts a server, and returns its exit code when it has been told to stop and has.
   *
   * @throws StartFailure if it cannot start
   */
  public static int run(Launch launch) throws StartFailure {
    Configuration configuration = load(launch.source());
    try (DataDirectory data = DataDirectory.hold(launch.data());
        AccountBook accounts = AccountBook.open(data.path(), configuration.accounts())) {
      AdminSecret secret = AdminSecret.readOrMake(data.path(), accounts);
      addUsersOfThisRun(accounts, launch.users());
      ArgyleServer server = new ArgyleServer(launch.source(), configuration, accounts);
      EndpointsFile endpoints = new EndpointsFile(data.path());
      try {
        Signals signals = new Signals();
        signals.install(server::reload);
        List<InetSocketAddress> listening = server.listen();
        endpoints.write(listening);
        announce(secret, listening);
        signals.awaitStop();
        server.drain();
        return 0;
      } finally {
        endpoints.remove();
        server.close();
      }
    } catch (DataProblem problem) {
      throw new StartFailure(String.valueOf(problem.getMessage()), 1);
    } catch (IOException failed) {
      throw new StartFailure(launch.data() + ": " + failed.getMessage(), 1);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  private static Configuration load(ConfigurationSource source) throws StartFailure {
    return switch (source.load()) {
      case Read.Ok(Configuration configuration) -> configuration;
      case Read.Wrong(List<ConfigProblem> problems) ->
          throw new StartFailure(
              problems.stream().map(ConfigProblem::toString).collect(Collectors.joining("\n")), 2);
    };
  }

  private static void addUsersOfThisRun(AccountBook accounts, List<Launch.User> users) {
    for (Launch.User user : users) {
      accounts.addTemporary(
          UserName.of(user.name()), user.password().getBytes(StandardCharsets.UTF_8));
    }
  }

  private List<InetSocketAddress> listen() throws StartFailure {
    try {
      List<InetSocketAddress> listening = driver.listen(atStart.socks().listen());
      ownListeners =
          listening.stream()
              .map(
                  address ->
                      new OwnListener(
                          address.getAddress(), address.getPort(), OwnListener.Transport.TCP))
              .toList();
      apply(atStart);
      driver.start();
      return listening;
    } catch (Driver.ListenFailure failure) {
      throw new StartFailure(String.valueOf(failure.getMessage()), 1);
    }
  }

  private static void announce(AdminSecret secret, List<InetSocketAddress> listening) {
    if (secret.fresh()) {
      System.out.println(
          "first start: administrator "
              + secret.username()
              + ", password "
              + secret.password()
              + ", Bottler token "
              + secret.bottlerToken()
              + "; kept in admin.secret in the data directory, printed this once");
    }
    System.out.println(
        "ready: SOCKS 5 on "
            + listening.stream().map(EndpointsFile::shown).collect(Collectors.joining(", ")));
    System.out.flush();
  }

  /** SIGHUP: read, checked whole, then swapped; what is wrong leaves everything as it is. */
  private synchronized void reload() {
    telemetry.reopenLogs();
    switch (source.load()) {
      case Read.Wrong(List<ConfigProblem> problems) -> {
        problems.forEach(problem -> LOG.error("{}", problem));
        LOG.error("the configuration was not changed: put this right and send SIGHUP again");
      }
      case Read.Ok(Configuration configuration) -> {
        apply(configuration);
        sayWhatNeedsAnotherStart(configuration);
        LOG.info("configuration read again");
      }
    }
  }

  private synchronized void apply(Configuration configuration) {
    Socks socks = configuration.socks();
    services.policy(
        Policy.of(socks, RuleBook.compile(configuration.rules()).withOwnListeners(ownListeners)));
    relaySettings.idleTimeout(socks.idleTimeout());
    relaySettings.bufferOctets(socks.bufferSize());
    admission.settings(Admission.Settings.of(socks));
    accounts.limit(configuration.accounts().maxUsers());
    driver.sweepEvery(socks.selectorTimeout());
    current = configuration;
  }

  private void sayWhatNeedsAnotherStart(Configuration next) {
    boolean same =
        next.socks().listen().equals(atStart.socks().listen())
            && next.socks().relay() == atStart.socks().relay()
            && next.socks().loops() == atStart.socks().loops()
            && next.management().equals(atStart.management())
            && next.dns().equals(atStart.dns())
            && next.log().equals(atStart.log());
    if (!same) {
      LOG.warn(
          "listeners, relay, loops, dns, accounts.url and log are read at start only: start again for"
              + " those that were changed");
    }
  }

  /** Stops accepting, and gives open connections the drain time. */
  private void drain() throws InterruptedException {
    driver.stopListening();
    Duration drainTime = current.socks().drainTime();
    LOG.info(
        "stopping: {} connections have {} s to finish", driver.sessions(), drainTime.toSeconds());
    if (!emptyWithin(drainTime)) {
      driver.endAll(EndReason.DRAINED);
      emptyWithin(LAST_SECOND);
    }
  }

  private boolean emptyWithin(Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (driver.sessions() > 0) {
      if (System.nanoTime() - end >= 0) {
        return false;
      }
      Thread.sleep(20); // counted by the loops, which nobody can wait for
    }
    return true;
  }

  private void close() {
    driver.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    telemetry.close();
  }
}
