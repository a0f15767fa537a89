package dev.argyle.server.telemetry;

import dev.argyle.server.telemetry.SecurityEvent.Counted;
import java.io.IOException;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The security log: one line per failed authentication, and few lines for many refusals and failed
 * handshakes; made to be read by fail2ban. It logs only: counting is the caller's.
 */
public final class SecurityLog extends EventLog<SecurityEvent> {
  private final InstantSource clock;
  private final LogThrottle refusals = new LogThrottle(SecurityEvent.Kind.REFUSED);
  private final LogThrottle handshakes = new LogThrottle(SecurityEvent.Kind.HANDSHAKE_FAILED);
  private final LogThrottle tunnels = new LogThrottle(SecurityEvent.Kind.CONNECTION_ENDED);

  private SecurityLog(@Nullable LogSink sink, Counters counters, InstantSource clock) {
    super("security log", sink, new SecurityFormat(), counters, LogWriter.QUEUE_LINES);
    this.clock = clock;
  }

  /**
   * Opens the log and starts its thread.
   *
   * @throws IOException if a file cannot be opened for appending
   */
  public static SecurityLog open(LogDestination destination, Counters counters, InstantSource clock)
      throws IOException {
    SecurityLog log = new SecurityLog(LogSink.open(destination), counters, clock);
    log.start();
    return log;
  }

  /** A log that keeps nothing. */
  public static SecurityLog none() {
    return new SecurityLog(null, new Counters(), InstantSource.system());
  }

  /**
   * Credentials were judged wrong.
   *
   * @param user the name that was claimed, or null if there was none
   */
  public void authenticationFailed(
      @Nullable String user, InetAddress client, int clientPort, Door door) {
    authenticationFailed(user, client, clientPort, door, null);
  }

  /**
   * As above.
   *
   * @param why for the operator, where it gives nothing away; null: not told
   */
  public void authenticationFailed(
      @Nullable String user, InetAddress client, int clientPort, Door door, @Nullable String why) {
    offer(
        new SecurityEvent.AuthenticationFailed(
            clock.millis(), user, client, clientPort, door, why));
  }

  /** A client was closed at accept. */
  public void refused(InetAddress client, Refusal why, Door door) {
    count(refusals, client, why.word(), null, door);
  }

  /** A client left, or was closed, before it got to a request. */
  public void handshakeFailed(InetAddress client, Ending why, Door door) {
    count(handshakes, client, why.reason().word(), why.detail(), door);
  }

  /** A tunnel was ended for what its client sent. */
  public void sealBroken(InetAddress client, Ending why, Door door) {
    count(tunnels, client, why.reason().word(), why.detail(), door);
  }

  private void count(
      LogThrottle throttle, InetAddress client, String reason, @Nullable String detail, Door door) {
    if (isOpen()) {
      Counted first = throttle.note(client, reason, detail, door, steadyMillis());
      if (first != null) {
        offer(first.at(clock.millis()));
      }
    }
  }

  @Override
  boolean offerDue() {
    writeCounts(LogThrottle::due);
    return refusals.counts() || handshakes.counts() || tunnels.counts();
  }

  @Override
  public void finish() {
    writeCounts(LogThrottle::rest);
    super.finish();
  }

  private void writeCounts(BiFunction<LogThrottle, Long, List<Counted>> which) {
    for (LogThrottle throttle : List.of(refusals, handshakes, tunnels)) {
      for (Counted due : which.apply(throttle, steadyMillis())) {
        offer(due.at(clock.millis()));
      }
    }
  }

  /** Periods are counted by a clock that nobody sets. */
  private static long steadyMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }
}
