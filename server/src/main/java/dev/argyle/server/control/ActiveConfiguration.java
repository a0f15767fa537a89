package dev.argyle.server.control;

import dev.argyle.server.config.Configuration;
import dev.argyle.server.config.Differences;
import dev.argyle.server.config.Socks;
import dev.argyle.server.egress.Egresses;
import dev.argyle.server.relay.RelaySettings;
import dev.argyle.server.rule.OwnListener;
import dev.argyle.server.rule.RuleBook;
import dev.argyle.server.session.Policy;
import dev.argyle.server.session.Services;
import dev.argyle.server.session.SocksServer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration that is in force, and what doors have set on top of it: rules, policy and
 * settings of the SOCKS side. Under {@link SocksControl}'s monitor, but for {@link #settings},
 * which any thread may read.
 */
final class ActiveConfiguration {

  private static final Logger LOG = LoggerFactory.getLogger(SocksControl.class);

  private static final Duration ALMOST_A_SECOND = Duration.ofSeconds(1).minusNanos(1);

  private static final UnaryOperator<Policy> AS_CONFIGURED = UnaryOperator.identity();

  private final ConfigurationFile file;
  private final Services services;
  private final RelaySettings relay;
  private final SocksServer server;
  private final SocksListeners listeners;
  private final Consumer<Configuration> others;

  private Configuration current;
  private RuleBook rules;
  private Policy configured; // of the current configuration, without our own listeners
  private List<OwnListener> managementListeners = List.of();
  private volatile Duration selectorTimeout; // else under the monitor
  private UnaryOperator<Policy> authentication = AS_CONFIGURED; // by a door
  private Settings asConfigured; // what the settings were as the configuration came into force

  /**
   * @param others told of each configuration that comes into force, for what is not of SOCKS
   */
  ActiveConfiguration(
      ConfigurationFile file,
      Configuration atStart,
      Services services,
      RelaySettings relay,
      SocksServer server,
      SocksListeners listeners,
      Consumer<Configuration> others) {
    this.file = file;
    this.current = atStart;
    this.services = services;
    this.relay = relay;
    this.server = server;
    this.listeners = listeners;
    this.others = others;
    this.rules = services.policy().rules();
    this.configured = services.policy();
    this.selectorTimeout = atStart.socks().selectorTimeout();
    this.asConfigured = settings();
  }

  Configuration current() {
    return current;
  }

  /** Where the doors listen: closed to every client from the next policy on. */
  void managementListeners(Collection<OwnListener> management) {
    managementListeners = List.copyOf(management);
  }

  /** Puts a configuration into force, and forgets what doors have set. */
  void apply(Configuration configuration) {
    apply(configuration, Set.of());
  }

  /**
   * Puts a configuration into force.
   *
   * @param kept settings that stay as a door has set them
   */
  private void apply(Configuration configuration, Set<Kept> kept) {
    file.warnOfWhatNeedsARestart(configuration);
    rules = RuleBook.compile(configuration.rules(), file.lists().all(), rules);
    // at a start it is the same: nothing to compare, and no code for comparing to be made
    if (configuration != current && !configuration.equals(current)) {
      Egresses egresses = services.policy().egresses().with(configuration.egress());
      configured = Policy.of(configuration.socks(), rules, egresses);
    }
    current = configuration;
    if (!kept.contains(Kept.AUTHENTICATION)) {
      authentication = AS_CONFIGURED;
    }
    newPolicy();
    Socks socks = configuration.socks();
    Settings before = asConfigured;
    if (!kept.contains(Kept.IDLE_TIMEOUT)) {
      relay.idleTimeout(socks.idleTimeout());
    }
    if (!kept.contains(Kept.BUFFER_SIZE)) {
      relay.bufferOctets(socks.bufferSize());
    }
    if (!kept.contains(Kept.DISSECTORS)) {
      relay.dissectors(configuration.dissectors().enabled());
    }
    if (!kept.contains(Kept.SELECTOR_TIMEOUT)) {
      selectorTimeout(socks.selectorTimeout());
    }
    others.accept(configuration);
    asConfigured = Kept.configured(kept, before, settings());
  }

  /**
   * Of what doors can set, only what the file says differently than before: a file that was read
   * again for the sake of a rule does not undo what an administrator has set meanwhile.
   */
  void applyChanges(Configuration next) {
    List<String> changed = Differences.between(current, next);
    if (changed.isEmpty()) {
      LOG.info("configuration read again; nothing in it has changed");
      return;
    }
    Set<Kept> kept = Kept.of(asConfigured, settings(), authentication != AS_CONFIGURED, changed);
    apply(next, kept);
    LOG.info(
        "configuration read again; changed: {}{}",
        String.join(", ", changed),
        kept.isEmpty() ? "" : "; left as an administrator has set it: " + Kept.keys(kept));
  }

  /** Makes the policy anew, by which new clients go: our own listeners are closed to them. */
  void newPolicy() {
    List<OwnListener> own = new ArrayList<>(managementListeners);
    for (InetSocketAddress socks : listeners.listening()) {
      own.add(new OwnListener(socks.getAddress(), socks.getPort(), OwnListener.Transport.TCP));
    }
    services.policy(authentication.apply(configured.with(rules.withOwnListeners(own))));
  }

  // Settings

  /** What can be changed, as it is now. Any thread. */
  Settings settings() {
    return new Settings(
        Duration.ofNanos(relay.idleNanos()).plus(ALMOST_A_SECOND).toSeconds(), // 0 means never
        selectorTimeout.toMillis(),
        relay.bufferOctets(),
        !services.policy().admitsAnyone(),
        relay.dissectors());
  }

  /** What the settings were when the configuration came into force. */
  Settings configuredSettings() {
    return new Settings(
        asConfigured.idleSeconds(),
        asConfigured.selectorMillis(),
        asConfigured.bufferOctets(),
        !configured.admitsAnyone(), // not what a door has made of it
        asConfigured.dissectors());
  }

  /** Requires a login of everybody or of nobody, until the configuration says something else. */
  void authentication(boolean on) {
    authentication = on ? Policy::requiringLogin : Policy::admittingAnyone;
    newPolicy();
  }

  /** How late loops may notice a timeout. */
  void selectorTimeout(Duration timeout) {
    selectorTimeout = timeout;
    server.sweepEvery(timeout);
  }
}
