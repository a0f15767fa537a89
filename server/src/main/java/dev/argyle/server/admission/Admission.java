package dev.argyle.server.admission;

import dev.argyle.server.config.Socks;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Door;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.server.telemetry.Refusal;
import dev.argyle.server.telemetry.SecurityLog;
import dev.argyle.server.telemetry.Tally;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may try, at every door. This is the one place that rejects a client, and that counts, logs
 * (security log) and penalises what clients do wrong. It also has the queues for turns at costly
 * work. Safe for any thread; never blocks.
 *
 * <p>A client of the SOCKS door that {@link #admits} lets in has a place, which the caller gives
 * back:
 *
 * <pre>{@code
 * admits == true --> authenticated() --> leaves(true)
 *               \--------------------->  leaves(false)
 * }</pre>
 *
 * <p>Counters are the caller's: an event loop gives its own, anybody else the shared ones.
 */
public final class Admission {

  /** Passwords that are verified at once, from one source. */
  public static final int PASSWORDS_OF_A_SOURCE = 4;

  /**
   * Passwords that are verified at once, in all. No more than {@code account} lets wait for one
   * thread that hashes, so it never refuses one for want of a place.
   */
  public static final int PASSWORDS_IN_ALL = 64;

  /** GSSAPI tokens that are looked at at once, from one source: milliseconds and 64 KiB each. */
  public static final int TOKENS_OF_A_SOURCE = 16;

  public static final int TOKENS_IN_ALL = 128;

  /** Wrong tokens that are logged, of all senders together: senders can be forged. */
  public static final int LOGGED_TOKENS_A_SECOND = 50;

  /**
   * What can change while the server runs.
   *
   * @param maxConnections at least 1
   * @param maxUnauthenticated in their handshake before any is dropped, at least 1
   * @param penalties whether sources are penalised
   */
  public record Settings(int maxConnections, int maxUnauthenticated, boolean penalties) {

    public Settings {
      if (maxConnections < 1 || maxUnauthenticated < 1) {
        throw new IllegalArgumentException("both bounds are at least 1");
      }
    }

    public static Settings of(Socks config) {
      return new Settings(
          config.maxConnections(), config.maxUnauthenticated(), config.penaltiesEnabled());
    }
  }

  private final ConnectionLimits limits;
  private final Penalties penalties;
  private final WrongTokens wrongTokens;
  private final RateLimit loggedTokens;
  private final SecurityLog log;
  private final TurnQueue passwordTurns = new TurnQueue(PASSWORDS_OF_A_SOURCE, PASSWORDS_IN_ALL);
  private final TurnQueue tokenTurns = new TurnQueue(TOKENS_OF_A_SOURCE, TOKENS_IN_ALL);
  private volatile Settings settings;

  public Admission(Settings settings, SecurityLog log) {
    this(settings, log, System::nanoTime, () -> ThreadLocalRandom.current().nextDouble());
  }

  /**
   * @param nanoTime as {@link System#nanoTime}
   * @param chance numbers from 0 to below 1; called by many threads
   */
  public Admission(
      Settings settings, SecurityLog log, LongSupplier nanoTime, DoubleSupplier chance) {
    this.settings = settings;
    this.log = log;
    this.limits = new ConnectionLimits(chance);
    this.penalties = new Penalties(nanoTime);
    this.wrongTokens = new WrongTokens(nanoTime);
    this.loggedTokens = new RateLimit(LOGGED_TOKENS_A_SECOND, nanoTime);
    penalties.enable(settings.penalties());
  }

  /** From now on. Who is in stays in. */
  public void settings(Settings newSettings) {
    settings = newSettings;
    penalties.enable(newSettings.penalties());
  }

  // Arriving and leaving

  /**
   * Decides about a connection that was just accepted at the SOCKS door; counted either way, and
   * logged if it is rejected.
   */
  public boolean admits(InetAddress source, Tally counters) {
    Refusal refusal = refusal(source);
    if (refusal == null) {
      counters.increment(Counter.CONNECTIONS_ACCEPTED);
      return true;
    }
    rejected(Door.SOCKS, source, refusal, counters);
    return false;
  }

  private @Nullable Refusal refusal(InetAddress source) {
    if (penalties.refuses(source)) {
      return Refusal.PENALISED;
    }
    Settings now = settings;
    return limits.take(now.maxConnections, now.maxUnauthenticated);
  }

  /**
   * Whether a source is refused because of its penalties; counted and logged if so. For doors
   * without places, and for the client behind a load balancer, whose address is known late.
   */
  public boolean refuses(Door door, InetAddress source, Tally counters) {
    boolean refused = penalties.refuses(source);
    if (refused) {
      rejected(door, source, Refusal.PENALISED, counters);
    }
    return refused;
  }

  private void rejected(Door door, InetAddress source, Refusal why, Tally counters) {
    counters.increment(why.counter());
    log.refused(source, why, door);
  }

  /** As {@link #refuses}, for a client that is in already: neither counted nor logged. */
  public boolean isPenalised(InetAddress source) {
    return penalties.refuses(source);
  }

  /** An admitted client's handshake is behind it, with or without a password. */
  public void authenticated() {
    limits.authenticated();
  }

  /**
   * An admitted connection has ended.
   *
   * @param wasAuthenticated whether {@link #authenticated} was called for it
   */
  public void leaves(boolean wasAuthenticated) {
    limits.leaves(wasAuthenticated);
  }

  /** Connections that were admitted and have not left. */
  public int connections() {
    return limits.connections();
  }

  /** Those of them that are in their handshake. */
  public int unauthenticated() {
    return limits.unauthenticated();
  }

  // What clients do wrong

  /**
   * Credentials were judged wrong: counted, logged and penalised.
   *
   * @param user the name that was claimed or, by a Kerberos client, proved; null: none
   * @param why for the operator, where it gives nothing away; null: not told
   * @return how long to hold back the answer; zero at first, and longer the higher the penalty
   */
  public Duration authenticationFailed(
      Door door,
      InetAddress client,
      int clientPort,
      @Nullable String user,
      @Nullable String why,
      Tally counters) {
    counters.increment(Counter.AUTHENTICATION_FAILURES);
    log.authenticationFailed(user, client, clientPort, door, why);
    penalise(door, client, Penalties.Reason.AUTHENTICATION_FAILED);
    return penalties.delay(client);
  }

  /**
   * A client never got to a request, for a reason of its own: logged, a timeout counted, and
   * penalised if the reason is a timeout or malformed input. No method in common is not penalised:
   * it may be anybody's browser.
   */
  public void handshakeFailed(Door door, InetAddress client, Ending why, Tally counters) {
    log.handshakeFailed(client, why, door);
    if (why.reason() == EndReason.HANDSHAKE_TIMEOUT) {
      counters.increment(Counter.HANDSHAKE_TIMEOUTS);
      penalise(door, client, Penalties.Reason.HANDSHAKE_TIMEOUT);
    } else if (why.reason() == EndReason.PROTOCOL_ERROR || why.reason() == EndReason.SEAL_BROKEN) {
      penalise(door, client, Penalties.Reason.MALFORMED);
    }
  }

  /** A load balancer's header did not come, or is invalid: logged, but the balancer is trusted. */
  public void proxyHeaderFailed(InetAddress balancer, Ending why) {
    log.handshakeFailed(balancer, why, Door.SOCKS);
  }

  /** A sealed tunnel is ended for what its client sent: logged, and a broken seal penalised. */
  public void sealBroken(InetAddress client, Ending why) {
    log.sealBroken(client, why, Door.SOCKS);
    if (why.reason() == EndReason.SEAL_BROKEN) {
      penalise(Door.SOCKS, client, Penalties.Reason.MALFORMED);
    }
  }

  /** Whether a source has shown so many wrong tokens that it is ignored for now. */
  public boolean ignoresTokensOf(InetAddress source) {
    return wrongTokens.ignores(source);
  }

  /**
   * A datagram had a wrong token: counted and, up to {@value #LOGGED_TOKENS_A_SECOND} a second,
   * logged. After a number of them the source is ignored; it is not penalised, for it may be
   * forged.
   */
  public void wrongToken(Door door, InetSocketAddress client, Tally counters) {
    InetAddress source = client.getAddress();
    counters.increment(Counter.AUTHENTICATION_FAILURES);
    if (loggedTokens.take()) {
      log.authenticationFailed(null, source, client.getPort(), door, null);
    }
    if (wrongTokens.note(source)) {
      log.refused(source, Refusal.PENALISED, door);
    }
  }

  /** Penalises a source; logged if it is refused from now on. */
  public void penalise(Door door, InetAddress source, Penalties.Reason reason) {
    if (penalties.penalise(source, reason) != null) {
      log.refused(source, Refusal.PENALISED, door);
    }
  }

  /** One table for every door. */
  public Penalties penalties() {
    return penalties;
  }

  // Turns

  /** For passwords, at every door. */
  public TurnQueue passwordTurns() {
    return passwordTurns;
  }

  /** For the tokens of GSSAPI clients. */
  public TurnQueue tokenTurns() {
    return tokenTurns;
  }
}
