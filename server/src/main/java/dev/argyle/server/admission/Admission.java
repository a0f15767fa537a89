package dev.argyle.server.admission;

import dev.argyle.server.config.Network;
import dev.argyle.server.config.Socks;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Door;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.server.telemetry.Refusal;
import dev.argyle.server.telemetry.SecurityLog;
import dev.argyle.server.telemetry.Tally;
import dev.argyle.wire.Source;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may try, at every door. This is the one place that rejects a client, and that counts, logs
 * (security log) and penalises what clients do wrong. It also has the queues for turns at costly
 * work. Safe for any thread; never blocks.
 *
 * <p>A client that {@link #admits} lets in has a place, until it {@linkplain Admitted#leaves
 * leaves}.
 *
 * <p>Counters are the caller's: an event loop gives its own, anybody else the shared ones.
 */
public final class Admission {

  /** Passwords that are verified at once, from one source. */
  public static final int PASSWORDS_OF_A_SOURCE = 4;

  /**
   * Passwords with a costly hash that are verified at once. One, for they need more memory than
   * others, and a processor each; beside the others, who do not wait for them.
   */
  public static final int COSTLY_PASSWORDS = 1;

  /** GSSAPI tokens that are looked at at once, from one source: milliseconds and 64 KiB each. */
  public static final int TOKENS_OF_A_SOURCE = 16;

  public static final int TOKENS_IN_ALL = 128;

  /** Wrong tokens that are logged, of all senders together: senders can be forged. */
  public static final int LOGGED_TOKENS_A_SECOND = 50;

  /** The part of the descriptors that a source or a user may have as connections. */
  private static final int PART_OF_DESCRIPTORS = 3;

  /**
   * What can change while the server runs.
   *
   * @param socks the places of the SOCKS side
   * @param penalties whether sources are penalised
   * @param exempt the networks whose sources are not
   */
  public record Settings(Places.Bounds socks, boolean penalties, List<Network> exempt) {

    public Settings {
      exempt = List.copyOf(exempt);
    }

    /**
     * A source has half of the connections, and so has a user.
     *
     * @param maxConnections at least 1
     * @param maxUnauthenticated in their handshake before any is dropped, at least 1
     */
    public Settings(int maxConnections, int maxUnauthenticated, boolean penalties) {
      this(
          bounds(maxConnections, half(maxConnections), 0, 0, maxUnauthenticated),
          penalties,
          List.of());
    }

    /** A share of 0 is as many as {@code most}. */
    private static Places.Bounds bounds(
        int maxConnections, int most, int ofASource, int ofAUser, int maxUnauthenticated) {
      return new Places.Bounds(
          maxConnections,
          ofASource == 0 ? most : ofASource,
          ofAUser == 0 ? most : ofAUser,
          maxUnauthenticated);
    }

    /**
     * As configured. Unless the configuration says how many, a source has no more connections than
     * a third of the descriptors, and so has a user: a tunnel takes two, so one client leaves a
     * third of them to the others.
     *
     * @param descriptors that this process may have
     */
    public static Settings of(Socks config, int descriptors) {
      int most =
          Math.max(1, Math.min(half(config.maxConnections()), descriptors / PART_OF_DESCRIPTORS));
      return new Settings(
          bounds(
              config.maxConnections(),
              most,
              config.maxConnectionsPerSource(),
              config.maxConnectionsPerUser(),
              config.maxUnauthenticated()),
          config.penaltiesEnabled(),
          config.penaltiesExempt());
    }

    private static int half(int connections) {
      return (connections + 1) / 2;
    }
  }

  private final Map<Door, Places> places = new EnumMap<>(Door.class);
  private final Penalties penalties;
  private final RightLogins rightLogins;
  private final WrongTokens wrongTokens;
  private final RateLimit loggedTokens;
  private final SecurityLog log;
  private final TurnQueue passwordTurns;
  private final TurnQueue costlyPasswordTurns = new TurnQueue(COSTLY_PASSWORDS, COSTLY_PASSWORDS);
  private final TurnQueue tokenTurns = new TurnQueue(TOKENS_OF_A_SOURCE, TOKENS_IN_ALL);
  private final AccountUses accounts;
  private volatile Settings settings;

  /**
   * @param hashesAtOnce passwords that are hashed at once. There are no more turns than that: a
   *     login waits here, where it can leave, and not for a thread
   */
  public Admission(Settings settings, SecurityLog log, int hashesAtOnce) {
    this(
        settings,
        log,
        hashesAtOnce,
        System::nanoTime,
        () -> ThreadLocalRandom.current().nextDouble());
  }

  /**
   * @param nanoTime as {@link System#nanoTime}
   * @param chance numbers from 0 to below 1; called by many threads
   */
  public Admission(
      Settings settings,
      SecurityLog log,
      int hashesAtOnce,
      LongSupplier nanoTime,
      DoubleSupplier chance) {
    this.settings = settings;
    this.passwordTurns = new TurnQueue(Math.min(PASSWORDS_OF_A_SOURCE, hashesAtOnce), hashesAtOnce);
    this.log = log;
    for (Door door : Door.values()) {
      places.put(door, new Places(chance));
    }
    this.penalties = new Penalties(nanoTime);
    this.rightLogins = new RightLogins(nanoTime);
    this.wrongTokens = new WrongTokens(nanoTime);
    this.accounts = new AccountUses(nanoTime, ZoneId.systemDefault());
    this.loggedTokens = new RateLimit(LOGGED_TOKENS_A_SECOND, nanoTime);
    penalties.enable(settings.penalties());
    penalties.exempt(settings.exempt());
  }

  /** From now on. Who is in stays in. */
  public void settings(Settings newSettings) {
    settings = newSettings;
    penalties.enable(newSettings.penalties());
    penalties.exempt(newSettings.exempt());
  }

  // Arriving and leaving

  /**
   * Decides about a connection that was just accepted at a door; counted if it is refused, or at
   * the SOCKS door, and logged if it is refused.
   *
   * @return null: it is refused
   */
  public @Nullable Admitted admits(Door door, InetAddress client, Tally counters) {
    return refuses(door, client)
        ? rejected(door, client, Refusal.PENALISED, counters)
        : place(door, client, Source.of(client), counters);
  }

  /**
   * As above, for a load balancer whose PROXY protocol header is believed: it is not asked for
   * penalties, for it has to do with many clients, and speaks for itself in health checks. What its
   * header says decides.
   */
  public @Nullable Admitted admitsBalancer(InetAddress balancer, Tally counters) {
    return place(Door.SOCKS, balancer, null, counters);
  }

  private @Nullable Admitted place(
      Door door, InetAddress client, @Nullable Source source, Tally counters) {
    Refusal refusal = places(door).take(source, bounds(door));
    if (refusal != null) {
      return rejected(door, client, refusal, counters);
    }
    if (door == Door.SOCKS) {
      counters.increment(Counter.CONNECTIONS_ACCEPTED);
    }
    return new Admitted(this, door, client, source);
  }

  /** Why a client that has no share yet, and a place, is refused; null: it is not. */
  @Nullable Refusal refusalOfSource(Door door, InetAddress client, Source source) {
    return refuses(door, client) ? Refusal.PENALISED : places(door).takeShare(source, bounds(door));
  }

  /** What holds now. */
  public Places.Bounds bounds(Door door) {
    return switch (door) {
      case SOCKS -> settings.socks;
      case MASS, FEED, BOTTLER -> Places.Bounds.DOOR;
      case HTTP -> Places.Bounds.HTTP_DOOR;
    };
  }

  Places places(Door door) {
    return Objects.requireNonNull(places.get(door));
  }

  @Nullable Admitted rejected(Door door, InetAddress source, Refusal why, Tally counters) {
    counters.increment(why.counter());
    log.refused(source, why, door);
    return null;
  }

  /** Whether a source is refused because of its penalties; neither counted nor logged. */
  public boolean isPenalised(InetAddress source) {
    return penalties.refuses(source);
  }

  /**
   * As above, at one door. At the SOCKS door a source from which somebody logged in rightly not
   * long ago is not refused, but {@linkplain #verificationDelayNanos slowed}; administrators'
   * passwords are worth more.
   */
  boolean refuses(Door door, InetAddress source) {
    return penalties.refuses(source) && !(door == Door.SOCKS && rightLogins.lately(source));
  }

  /**
   * How long a login at the SOCKS door has to wait before its credentials are looked at, since its
   * source is slowed; most often zero. Called once for each login.
   *
   * @return negative: too many of that source wait
   */
  long verificationDelayNanos(InetAddress source, Tally counters) {
    if (!penalties.refuses(source)) {
      return 0;
    }
    counters.increment(Counter.LOGINS_SLOWED);
    return rightLogins.takeTurnNanos(source);
  }

  /** At the SOCKS door. */
  void loggedIn(InetAddress source) {
    rightLogins.note(source);
  }

  /** Connections at the SOCKS door that were admitted and have not left. */
  public int connections() {
    return connections(Door.SOCKS);
  }

  /** Connections at a door that were admitted and have not left. */
  public int connections(Door door) {
    return places(door).connections();
  }

  /** Those of them that are in their handshake. */
  public int unauthenticated() {
    return places(Door.SOCKS).unauthenticated();
  }

  /** Users that have made a request at the SOCKS door, and have not left. */
  public int users() {
    return places(Door.SOCKS).users();
  }

  /** Accounts with limits of their own. */
  public AccountUses accounts() {
    return accounts;
  }

  // What clients do wrong

  /**
   * Credentials were judged wrong: counted, logged and penalised, by the time that this took us.
   *
   * @param user the name that was claimed or, by a Kerberos client, proved; null: none
   * @param why for the operator, where it gives nothing away; null: not told
   * @param hashes what it cost, in password hashes of ours, at least 1
   * @return how long to hold back the answer; zero at first, and longer the higher the penalty
   */
  public Duration authenticationFailed(
      Door door,
      InetAddress client,
      int clientPort,
      @Nullable String user,
      @Nullable String why,
      int hashes,
      Tally counters) {
    noted(door, client, clientPort, user, why, counters);
    penalise(door, client, Penalties.Reason.AUTHENTICATION_FAILED, Penalties.ofPassword(hashes));
    return penalties.delay(client);
  }

  /** As above, of a balancer: nothing is owed. */
  Duration noted(
      Door door,
      InetAddress client,
      int clientPort,
      @Nullable String user,
      @Nullable String why,
      Tally counters) {
    counters.increment(Counter.AUTHENTICATION_FAILURES);
    log.authenticationFailed(user, client, clientPort, door, why);
    return Duration.ZERO;
  }

  /** A handshake failed: logged, and a timeout counted. */
  void noted(Door door, InetAddress client, Ending why, Tally counters) {
    log.handshakeFailed(client, why, door);
    if (why.reason() == EndReason.HANDSHAKE_TIMEOUT) {
      counters.increment(Counter.HANDSHAKE_TIMEOUTS);
    }
  }

  /** A sealed tunnel is ended for what its client sent: logged. */
  void noteSeal(Door door, InetAddress client, Ending why) {
    log.sealBroken(client, why, door);
  }

  /** A load balancer's header did not come, or is invalid: logged, but the balancer is trusted. */
  public void proxyHeaderFailed(InetAddress balancer, Ending why) {
    log.handshakeFailed(balancer, why, Door.SOCKS);
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
  void penalise(Door door, InetAddress source, Penalties.Reason reason) {
    penalise(door, source, reason, reason.debt());
  }

  /** As above. */
  void penalise(Door door, InetAddress source, Penalties.Reason reason, Duration debt) {
    if (penalties.penalise(source, door, reason, debt) != null && refuses(door, source)) {
      log.refused(source, Refusal.PENALISED, door);
    }
  }

  /** One table for every door. */
  public Penalties penalties() {
    return penalties;
  }

  /** For passwords, at every door. */
  public TurnQueue passwordTurns() {
    return passwordTurns;
  }

  /** For passwords whose hash takes much longer than others, at every door. */
  public TurnQueue costlyPasswordTurns() {
    return costlyPasswordTurns;
  }

  /** For the tokens of GSSAPI clients. */
  public TurnQueue tokenTurns() {
    return tokenTurns;
  }
}
