package dev.argyle.server.session;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.admission.Admission;
import dev.argyle.server.admission.Shares;
import dev.argyle.server.dial.NameResolver;
import dev.argyle.server.net.SocketLoop;
import dev.argyle.server.relay.RelayLoop;
import dev.argyle.server.relay.RelaySettings;
import dev.argyle.server.session.command.Associations;
import dev.argyle.server.session.command.CommandLoop;
import dev.argyle.server.session.login.Logins;
import dev.argyle.server.telemetry.Telemetry;
import dev.argyle.server.udp.UdpMemory;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every session needs of the rest of the server. Safe for any thread; the policy is replaced
 * as a whole.
 */
public final class Services {

  private static final Logger LOG = LoggerFactory.getLogger(Services.class);

  private final Admission admission;
  private final Telemetry telemetry;
  private final Logins logins;
  private final RelaySettings relaySettings;
  private final NameResolver resolver;
  private final Associations associations = new Associations(UdpMemory.ofHeap());
  private final Shares binds = new Shares();
  private final AtomicBoolean shortageLogged = new AtomicBoolean();
  private volatile Policy policy;
  private volatile Taps taps = Taps.NONE;

  public Services(
      AccountBook accounts,
      Admission admission,
      Telemetry telemetry,
      Policy policy,
      RelaySettings relaySettings,
      NameResolver resolver) {
    this.admission = admission;
    this.telemetry = telemetry;
    this.policy = policy;
    this.logins = new Logins(accounts, admission, telemetry.connections());
    this.relaySettings = relaySettings;
    this.resolver = resolver;
  }

  /** What the sessions of one event loop will share. */
  SessionLoop sessionLoop(SocketLoop sockets) {
    RelayLoop relay = new RelayLoop(sockets, relaySettings);
    return new SessionLoop(
        sockets,
        relay,
        new CommandLoop(
            sockets,
            relay.rates(),
            resolver,
            associations,
            () -> policy.udp(),
            binds,
            () -> policy.bind()));
  }

  /** UDP associations that are open. */
  public int associations() {
    return associations.size();
  }

  /** BIND requests that wait for their peer. */
  public int bindsWaiting() {
    return binds.all();
  }

  Admission admission() {
    return admission;
  }

  Telemetry telemetry() {
    return telemetry;
  }

  /** Who clients are. */
  public Logins logins() {
    return logins;
  }

  /** What clients that come now go by. */
  public Policy policy() {
    return policy;
  }

  /** From now on new clients go by {@code next}. */
  public void policy(Policy next) {
    policy = next;
  }

  /** Who looks on at tunnels that are opened from now on. */
  public void taps(Taps next) {
    taps = next;
  }

  Taps taps() {
    return taps;
  }

  /** Clients wait because descriptors or memory have run out; the operator is told once. */
  void cannotAccept(String why) {
    if (shortageLogged.compareAndSet(false, true)) {
      LOG.warn(
          "cannot accept clients for a while: {}; those that are connected go on; logged once",
          why);
    }
  }
}
