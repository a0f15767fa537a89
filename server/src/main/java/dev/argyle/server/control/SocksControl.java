package dev.argyle.server.control;

import dev.argyle.server.admission.Asker;
import dev.argyle.server.config.Configuration;
import dev.argyle.server.config.ConfigurationSource;
import dev.argyle.server.config.Management;
import dev.argyle.server.egress.Egresses;
import dev.argyle.server.list.Lists;
import dev.argyle.server.relay.RelaySettings;
import dev.argyle.server.rule.OwnListener;
import dev.argyle.server.rule.RuleBook;
import dev.argyle.server.session.Services;
import dev.argyle.server.session.SocksServer;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.wire.Host;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The SOCKS side as a whole: its configuration, its settings, and whether it is up or down. What
 * the file says is in force from the start and from a reset on; what a door sets, until the next of
 * them, or until a SIGHUP with a file that says something else there. Safe for any thread: changes
 * happen one at a time, under the monitor, and may block for as long as sessions take to end.
 */
public final class SocksControl {

  private static final Logger LOG = LoggerFactory.getLogger(SocksControl.class);

  /** How long sessions that were told to end may take to be gone. */
  private static final Duration LAST_SECOND = Duration.ofSeconds(1);

  private static final Result STOPPING = new Result.NotAllowed("the server is stopping");

  private final ConfigurationFile file;
  private final Configuration atStart;
  private final Services services;
  private final RelaySettings relay;
  private final SocksServer server;
  private final SocksListeners listeners; // changed under the monitor
  private final ActiveConfiguration active; // changed under the monitor
  private boolean draining; // the process ends; under the monitor
  private volatile boolean drainedForNow; // by a door, until a start or a reset

  /**
   * @param lists as {@code atStart} names them
   * @param others told of each configuration that comes into force, for what is not of SOCKS
   */
  public SocksControl(
      ConfigurationSource source,
      Configuration atStart,
      Services services,
      RelaySettings relay,
      SocksServer server,
      Lists lists,
      Consumer<Configuration> others) {
    this.file = new ConfigurationFile(source, atStart, lists);
    this.atStart = atStart;
    this.services = services;
    this.relay = relay;
    this.server = server;
    this.listeners = new SocksListeners(server);
    this.active =
        new ActiveConfiguration(file, atStart, services, relay, server, listeners, others);
  }

  /** Of the doors: what held at the start, for they do not change until the next one. */
  Management management() {
    return atStart.management();
  }

  /** Where it listens; empty while it is stopped. */
  public List<InetSocketAddress> listening() {
    return listeners.listening();
  }

  // Up and down

  /**
   * Opens the listeners for the first time; none accepts before {@link #accept}.
   *
   * @return where they listen, in the order of the configuration
   */
  public synchronized List<InetSocketAddress> listen() throws SocksServer.ListenFailure {
    listeners.openFirst(active.current());
    return listening();
  }

  /**
   * Puts the configuration into force, and begins to accept.
   *
   * @param management where the doors listen: closed to every client, as the SOCKS listeners are
   */
  public synchronized void accept(Collection<OwnListener> management) {
    active.managementListeners(management);
    active.apply(active.current());
    server.start();
  }

  /** Listens again where it did; no change if it does. */
  synchronized Result start() {
    if (draining) {
      return STOPPING;
    }
    return listening().isEmpty() ? listenAgain() : new Result.Done();
  }

  private Result listenAgain() {
    try {
      listeners.openAgain();
      drainedForNow = false;
    } catch (SocksServer.ListenFailure failure) {
      LOG.error("{}; the SOCKS side stays stopped", failure.getMessage());
      return new Result.Failed(String.valueOf(failure.getMessage()));
    }
    active.newPolicy(); // the listeners are closed to clients
    server.start();
    return new Result.Done();
  }

  /** Closes listeners and connections. */
  synchronized Result stop() {
    stopListening();
    server.endAll(EndReason.DRAINED);
    try {
      awaitEmpty(LAST_SECOND);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return new Result.Done();
  }

  /** Closes the listeners alone, until {@link #start} or {@link #reset}. */
  synchronized Result drainForNow() {
    if (!listening().isEmpty()) {
      stopListening();
      drainedForNow = true;
    }
    return new Result.Done();
  }

  /** Whether nobody is accepted, but who was in before could stay. */
  boolean isDraining() {
    return drainedForNow;
  }

  /** For people: what the SOCKS side does. */
  String stateWord() {
    if (listening().isEmpty()) {
      return drainedForNow ? "draining" : "stopped";
    }
    return "running";
  }

  private void stopListening() {
    drainedForNow = false;
    listeners.close();
  }

  /** How long open connections have to finish when the process ends. */
  public synchronized Duration drainTime() {
    return active.current().socks().drainTime();
  }

  /** The process ends: closes the listeners for good, and gives open connections the drain time. */
  public void drain() throws InterruptedException {
    Duration drainTime;
    synchronized (this) { // and not while waiting: doors are told that the server is stopping
      draining = true;
      stopListening();
      drainTime = active.current().socks().drainTime();
    }
    int open = server.sessions();
    if (open > 0) {
      LOG.info("stopping: open connections ({}) have {} s to finish", open, drainTime.toSeconds());
    }
    if (!awaitEmpty(drainTime)) {
      server.endAll(EndReason.DRAINED);
      awaitEmpty(LAST_SECOND);
    }
  }

  private boolean awaitEmpty(Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (server.sessions() > 0) {
      if (System.nanoTime() - end >= 0) {
        return false;
      }
      Thread.sleep(2); // counted by the loops, which nobody can wait for
    }
    return true;
  }

  /**
   * All new but the counters. If the file has mistakes, nothing happens; if it asks for listeners
   * that cannot be opened, connections have been closed and all else is as it was.
   */
  synchronized Result reset() {
    if (draining) {
      return STOPPING;
    }
    Configuration next = file.load();
    return next == null || !file.readLists(next)
        ? new Result.Failed("the configuration has errors; see the log")
        : reset(next);
  }

  private Result reset(Configuration next) {
    boolean ran = !listening().isEmpty();
    stop();
    try {
      listeners.openAsIn(next);
    } catch (SocksServer.ListenFailure failure) {
      LOG.error("{}; the configuration was not changed", failure.getMessage());
      if (ran) {
        listenAgain();
      }
      return new Result.Failed(String.valueOf(failure.getMessage()));
    }
    active.apply(next);
    server.start();
    return new Result.Done();
  }

  // The configuration

  /**
   * SIGHUP: read, checked whole, then swapped; what is wrong leaves everything as it is.
   *
   * @return whether what the file says is in force
   */
  public synchronized boolean reload() {
    Configuration next = file.load();
    if (next == null) {
      LOG.error("the configuration was not changed: correct this and send SIGHUP again");
      return false;
    }
    if (listeners.refuseToOpenToOthers(next.socks()) || !file.readLists(next)) {
      return false;
    }
    active.applyChanges(next);
    if (listeners.areOthersIn(next)) {
      LOG.warn("socks.listen: changed listeners are opened only by a reset or a restart");
    }
    return true;
  }

  // Settings

  Settings settings() {
    return active.settings();
  }

  /** What the settings were when the configuration came into force. */
  synchronized Settings configuredSettings() {
    return active.configuredSettings();
  }

  /** The egresses that new clients leave by. */
  Egresses egresses() {
    return services.policy().egresses();
  }

  /** The rules that new clients meet. */
  RuleBook rules() {
    return services.policy().rules();
  }

  /** See {@link SocksServer#lookUp}. */
  CompletableFuture<List<InetAddress>> lookUp(
      InetAddress client, @Nullable String user, Host host) {
    return server.lookUp(Asker.of(client, user), host);
  }

  Lists lists() {
    return file.lists();
  }

  RelaySettings relay() {
    return relay;
  }

  synchronized void authentication(boolean on) {
    active.authentication(on);
  }

  synchronized void selectorTimeout(Duration timeout) {
    active.selectorTimeout(timeout);
  }
}
