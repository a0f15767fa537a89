package dev.argyle.server.session;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.admission.Admission;
import dev.argyle.server.admission.HashingTurns;
import dev.argyle.server.admission.Penalties;
import dev.argyle.server.session.gssapi.Negotiation;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Door;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.server.telemetry.LoopCounters;
import dev.argyle.server.telemetry.Refusal;
import dev.argyle.server.telemetry.Telemetry;
import dev.argyle.wire.UserName;
import dev.argyle.wire.socks.Credentials;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every session needs of the rest of the server. Safe for any thread; the policy is replaced
 * as a whole.
 */
public final class Services {

  private static final Logger LOG = LoggerFactory.getLogger(Services.class);

  /**
   * Tokens of GSSAPI logins that are looked at at once, from one source and in all: milliseconds
   * and 64 KiB each.
   */
  static final int TOKENS_OF_A_SOURCE = 16;

  static final int TOKENS_IN_ALL = 128;

  private final AccountBook accounts;
  private final Admission admission;
  private final Telemetry telemetry;
  private final Associations associations = new Associations();
  private final RemovedUsers removedUsers;
  private final AtomicBoolean shortageSaid = new AtomicBoolean();
  private volatile Policy policy;
  private final HashingTurns hashingTurns = new HashingTurns();
  private final HashingTurns tokenTurns = new HashingTurns(TOKENS_OF_A_SOURCE, TOKENS_IN_ALL);
  private final AtomicBoolean storeFailed = new AtomicBoolean();
  private final AtomicBoolean fullSaid = new AtomicBoolean();
  private volatile Taps taps = Taps.NONE;

  public Services(AccountBook accounts, Admission admission, Telemetry telemetry, Policy policy) {
    this.accounts = accounts;
    this.admission = admission;
    this.telemetry = telemetry;
    this.policy = policy;
    this.removedUsers = RemovedUsers.watch(accounts, telemetry.connections());
  }

  AccountBook accounts() {
    return accounts;
  }

  Admission admission() {
    return admission;
  }

  Associations associations() {
    return associations;
  }

  Telemetry telemetry() {
    return telemetry;
  }

  /** What a login notes before its password is looked at, for {@link #loggedIn}. */
  int accountChanges() {
    return removedUsers.changes();
  }

  /** A client has proved to be this user. */
  void loggedIn(LiveConnection live, String user, int accountChangesBefore) {
    live.authenticated(user);
    accounts.touch(user, System.currentTimeMillis());
    removedUsers.loggedIn(live, user, accountChangesBefore);
  }

  HashingTurns hashingTurns() {
    return hashingTurns;
  }

  /** For the tokens of GSSAPI logins. */
  HashingTurns tokenTurns() {
    return tokenTurns;
  }

  /** Takes one of the turns that a source has at hashing, at all doors together, if it has one. */
  public boolean beginsHashing(InetAddress source) {
    return hashingTurns.begin(source);
  }

  /** Gives it back. */
  public void endsHashing(InetAddress source) {
    hashingTurns.end(source);
  }

  /** Whether a source owes so much that it is not listened to for a while. */
  boolean refuses(InetAddress source) {
    return admission.penalties().refuses(source);
  }

  /** No account may be made for a client that has proved its name: said once. */
  void accountsAreFull(int maxUsers) {
    if (fullSaid.compareAndSet(false, true)) {
      LOG.warn(
          "a Kerberos user without an account is refused: there are accounts.max-users already, {};"
              + " raise it, or remove accounts; said once",
          maxUsers);
    }
  }

  /** The store has verified a password, or failed to: said once, until it answers again. */
  void storeAnswered(@Nullable Throwable failure) {
    if (failure == null) {
      storeFailed.set(false);
    } else if (storeFailed.compareAndSet(false, true)) {
      LOG.error(
          "the accounts cannot be read, so nobody can log in: {}; look at accounts.db in the data"
              + " directory, and restore it from a copy if it is damaged; said once",
          failure.getMessage());
    }
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

  /** Whether a client from there may try at all; counted and logged if not. */
  boolean admits(InetAddress source, LoopCounters counters) {
    Refusal refusal =
        switch (admission.arrives(source)) {
          case ADMITTED -> null;
          case TOO_MANY -> Refusal.TOO_MANY;
          case DROPPED_EARLY -> Refusal.EARLY_DROP;
          case PENALISED -> Refusal.PENALISED;
        };
    if (refusal == null) {
      counters.add(Counter.CONNECTIONS_ACCEPTED, 1);
      return true;
    }
    counters.add(refusal.counter(), 1);
    telemetry.securityLog().refused(source, refusal, Door.SOCKS);
    return false;
  }

  /** Clients wait because descriptors or memory have run out; the operator is told once. */
  void cannotAccept(LoopCounters counters, String why) {
    counters.add(Counter.DESCRIPTOR_SHORTAGES, 1);
    if (shortageSaid.compareAndSet(false, true)) {
      LOG.warn(
          "cannot accept clients for a while: {}; those that are connected go on; said once", why);
    }
  }

  /**
   * A name and a password were wrong: it is logged, and owed for.
   *
   * @return how long the answer is held back, in nanoseconds
   */
  long authenticationFailed(LiveConnection live, Credentials credentials) {
    telemetry
        .securityLog()
        .authenticationFailed(
            UserName.of(credentials.user()).text(), live.client(), live.clientPort(), Door.SOCKS);
    penalise(live, Penalties.Reason.AUTHENTICATION_FAILED);
    return admission.penalties().delay(live.client()).toNanos();
  }

  /** A client of GSSAPI was not let in: it is logged, and owed for, as above. */
  long authenticationFailed(LiveConnection live, Negotiation.Step.Refused refused) {
    telemetry
        .securityLog()
        .authenticationFailed(
            refused.principal(), live.client(), live.clientPort(), Door.SOCKS, refused.words());
    penalise(live, Penalties.Reason.AUTHENTICATION_FAILED);
    return admission.penalties().delay(live.client()).toNanos();
  }

  /**
   * A client's tunnel is ended for what it sent: it is logged, and owed for if it makes no sense.
   */
  void sealBroken(LiveConnection live, EndReason why) {
    telemetry.securityLog().sealBroken(live.client(), Ending.of(why), Door.SOCKS);
    if (why == EndReason.SEAL_BROKEN) {
      malformed(live);
    }
  }

  /**
   * A client never got to a request, for a reason that is its own: it is logged, and owed for. One
   * that has the wrong methods owes nothing: it may be anybody's browser.
   */
  void handshakeFailed(LiveConnection live, EndReason why) {
    telemetry.securityLog().handshakeFailed(live.client(), Ending.of(why), Door.SOCKS);
    if (why == EndReason.HANDSHAKE_TIMEOUT) {
      penalise(live, Penalties.Reason.HANDSHAKE_TIMEOUT);
    } else if (why == EndReason.PROTOCOL_ERROR || why == EndReason.SEAL_BROKEN) {
      malformed(live);
    }
  }

  /** What a client said makes no sense. */
  void malformed(LiveConnection live) {
    penalise(live, Penalties.Reason.MALFORMED);
  }

  /** The header that a load balancer sends did not come, or is none: it is logged. */
  void proxyHeaderFailed(InetAddress balancer, EndReason why) {
    telemetry.securityLog().handshakeFailed(balancer, Ending.of(why), Door.SOCKS);
  }

  /** Whether the client behind a load balancer is refused for a while; counted and logged if so. */
  boolean refusesBehindBalancer(InetAddress client, LoopCounters counters) {
    if (!admission.penalties().refuses(client)) {
      return false;
    }
    counters.add(Counter.REFUSED_PENALISED, 1);
    telemetry.securityLog().refused(client, Refusal.PENALISED, Door.SOCKS);
    return true;
  }

  private void penalise(LiveConnection live, Penalties.Reason reason) {
    Duration refused = admission.penalties().penalise(live.client(), reason);
    if (refused != null) {
      telemetry.securityLog().refused(live.client(), Refusal.PENALISED, Door.SOCKS);
    }
  }
}
