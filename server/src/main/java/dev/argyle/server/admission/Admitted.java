package dev.argyle.server.admission;

import dev.argyle.server.config.Attributes;
import dev.argyle.server.config.OwnAttributes;
import dev.argyle.server.rate.AccountRates;
import dev.argyle.server.telemetry.Door;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.server.telemetry.Refusal;
import dev.argyle.server.telemetry.Tally;
import dev.argyle.wire.Source;
import dev.argyle.wire.socks.Command;
import java.net.InetAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A client that was admitted, until it {@linkplain #leaves leaves}: its place, and what it does
 * wrong. Belongs to its connection's loop, except for what only asks.
 *
 * <p>A load balancer whose PROXY protocol header is believed has a place that is nobody's: nobody
 * is asked for penalties, and nobody owes any. If its header names a client, the place {@linkplain
 * #belongsTo becomes} that client's.
 */
public final class Admitted {

  private final Admission admission;
  private final Door door;
  private InetAddress address;
  private @Nullable Source source; // null: a balancer itself, who owes nothing
  private @Nullable String user; // in whose share it is counted
  private @Nullable AccountUse account; // null: no limits of its own
  private @Nullable LiveConnection counted; // of the account
  private @Nullable Attributes checkedFrom; // whose networks have the address
  private boolean refused; // for its account's sake
  private boolean authenticated;
  private boolean left;

  Admitted(Admission admission, Door door, InetAddress address, @Nullable Source source) {
    this.admission = admission;
    this.door = door;
    this.address = address;
    this.source = source;
  }

  /** Whether this is a load balancer, whose PROXY protocol header is due or named nobody. */
  public boolean isBalancer() {
    return source == null;
  }

  /** Whom its work is done for: the client's source, or a balancer's own. */
  public Source servedAs() {
    return source == null ? Source.of(address) : source;
  }

  /**
   * A balancer's place is this client's from now on.
   *
   * @return false: the client is refused, which is counted and logged; the place must be left
   */
  public boolean belongsTo(InetAddress client, Tally counters) {
    if (source != null) {
      throw new IllegalStateException("this place has its client");
    }
    Source known = Source.of(client);
    Refusal refusal = admission.refusalOfSource(door, client, known);
    if (refusal != null) {
      admission.rejected(door, client, refusal, counters);
      return false;
    }
    address = client;
    source = known;
    return true;
  }

  /** Its handshake is behind it, with or without a password. Further calls do nothing. */
  public void authenticated() {
    if (!authenticated && !left) {
      authenticated = true;
      admission.places(door).authenticated(source);
    }
  }

  /**
   * Counts it among its user's connections; once.
   *
   * @return false: the user has as many as one may have, which is counted and logged
   */
  public boolean isOf(String name, Tally counters) {
    Refusal refusal = admission.places(door).takeUser(name, admission.bounds(door));
    if (refusal != null) {
      admission.rejected(door, address, refusal, counters);
      return false;
    }
    user = name;
    return true;
  }

  /**
   * It has logged in.
   *
   * @param own what its account says
   */
  public void isOfAccount(String name, OwnAttributes own) {
    if (account == null && !left) {
      account = admission.accounts().join(name, own);
    }
  }

  /**
   * Its account has got limits while it was logged in, if it had none: from now on it is counted
   * and limited as others, but not refused.
   *
   * @return false: there is nothing new
   */
  public boolean accountHasLimits(LiveConnection connection) {
    String name = connection.user();
    if (account != null || left || name == null || admission.accounts().find(name) == null) {
      return false;
    }
    AccountUse joined = admission.accounts().join(name);
    account = joined;
    if (joined != null && connection.command() != null) {
      counted = connection;
      joined.counts(connection, kind(connection));
    }
    return joined != null;
  }

  /**
   * Its request came: counts it among what its account has open; once.
   *
   * @return why it is refused, which is counted and logged; null: it is not
   */
  public @Nullable Ending opens(LiveConnection connection, Tally counters) {
    AccountUse of = account;
    if (of == null) {
      return null;
    }
    counted = connection;
    Ending why =
        of.opens(connection, kind(connection), System.currentTimeMillis(), System.nanoTime());
    refused = why != null;
    Refusal refusal = why == null ? null : Refusal.of(why.reason());
    if (refusal != null) {
      admission.rejected(door, address, refusal, counters);
    }
    return why;
  }

  private static AccountUse.Kind kind(LiveConnection connection) {
    return connection.command() == Command.UDP
        ? AccountUse.Kind.ASSOCIATION
        : AccountUse.Kind.CONNECTION;
  }

  /**
   * Why its account may not go on, by now.
   *
   * @return null: it may
   */
  public @Nullable Ending accountEnds() {
    AccountUse of = account;
    if (of == null || counted == null || refused) { // it is to get, or to read, its answer
      return null;
    }
    Ending closed = of.closedAt(System.currentTimeMillis());
    Attributes now = of.limits();
    if (closed != null || now == checkedFrom) {
      return closed;
    }
    checkedFrom = now;
    return of.foreign(address);
  }

  /** How fast its account's octets may pass; null: its account has no limits of its own. */
  public @Nullable AccountRates rates() {
    return account == null ? null : account.rates();
  }

  /** The egress that its account's connections leave by; null: the account names none. */
  public @Nullable String egress() {
    String name = account == null ? null : account.limits().egress();
    return name == null || name.isEmpty() ? null : name;
  }

  /** Which rules are its account's own; null: none are. */
  public @Nullable String ownRules() {
    String own = account == null ? null : account.limits().rules();
    return own == null || own.isEmpty() ? null : own;
  }

  /** Its connection has ended. Further calls do nothing. */
  public void leaves() {
    if (!left) {
      left = true;
      if (account != null) {
        if (counted != null) {
          account.left(counted);
        }
        admission.accounts().leave(account);
      }
      if (user != null) {
        admission.places(door).leavesUser(user);
      }
      admission.places(door).leaves(source, authenticated);
    }
  }

  /** Whether its source is refused by now; neither counted nor logged. */
  public boolean isPenalised() {
    return source != null && admission.refuses(door, address);
  }

  /**
   * How long its credentials have to wait until they are looked at, for its source has a penalty;
   * most often zero. Called once for each login.
   *
   * @return negative: too many of its source wait
   */
  public long verificationDelayNanos(Tally counters) {
    return source == null ? 0 : admission.verificationDelayNanos(address, counters);
  }

  /** Its credentials are right. */
  public void loggedIn() {
    if (source != null) {
      admission.loggedIn(address);
    }
  }

  /** As {@link Admission#authenticationFailed}. */
  public Duration authenticationFailed(
      int port, @Nullable String user, @Nullable String why, int hashes, Tally counters) {
    return source == null
        ? admission.noted(door, address, port, user, why, counters)
        : admission.authenticationFailed(door, address, port, user, why, hashes, counters);
  }

  /**
   * It never got to a request, for a reason of its own: logged, a timeout counted, and penalised if
   * the reason is a timeout or malformed input. No method in common is not penalised: it may be
   * anybody's browser.
   */
  public void handshakeFailed(Ending why, Tally counters) {
    admission.noted(door, address, why, counters);
    if (why.reason() == EndReason.HANDSHAKE_TIMEOUT) {
      penalise(Penalties.Reason.HANDSHAKE_TIMEOUT);
    } else if (why.reason() == EndReason.PROTOCOL_ERROR || why.reason() == EndReason.SEAL_BROKEN) {
      penalise(Penalties.Reason.MALFORMED);
    }
  }

  /**
   * What it sent first is another protocol than this port's. Only logged: it may be a browser, sent
   * here by the author of a page, or a program that was set up for the wrong kind of proxy.
   */
  public void spokeAnotherProtocol(Ending why, Tally counters) {
    admission.noted(door, address, why, counters);
  }

  /**
   * It left while its handshake was due: it owes a part of the time for which it kept its place, or
   * a place would be free to keep by whoever leaves before the timeout. Logged if that was long.
   */
  public void leftBeforeRequest(long heldNanos, Tally counters) {
    Duration debt = Penalties.ofPlaceHeld(heldNanos);
    if (debt.isZero() || source == null) {
      return;
    }
    if (debt.compareTo(Penalties.LOGGED_DEBT) >= 0) {
      String words = "left after %.1f s without a request".formatted(heldNanos / 1e9);
      admission.noted(door, address, new Ending(EndReason.CLIENT_CLOSED, words), counters);
    }
    admission.penalise(door, address, Penalties.Reason.LEFT_EARLY, debt);
  }

  /** Its request is none: penalised; it has its line in the access log. */
  public void sentGarbage() {
    penalise(Penalties.Reason.MALFORMED);
  }

  /** Its sealed tunnel is ended for what it sent: logged, and a broken seal penalised. */
  public void sealBroken(Ending why) {
    admission.noteSeal(door, address, why);
    if (why.reason() == EndReason.SEAL_BROKEN) {
      penalise(Penalties.Reason.MALFORMED);
    }
  }

  private void penalise(Penalties.Reason reason) {
    if (source != null) {
      admission.penalise(door, address, reason);
    }
  }
}
