package dev.argyle.server.telemetry;

import java.io.IOException;
import java.net.InetAddress;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * The security log: one line a failed authentication, and few lines for many refusals and failed
 * handshakes; made to be read by fail2ban. Any thread tells and never waits; lines are written by
 * the log's own thread. It logs only: counting is the caller's.
 */
public final class SecurityLog implements AutoCloseable {
  private final InstantSource clock;
  private final Floods<Refusal> refusals = new Floods<>(SecurityEvent.Refused::new);
  private final Floods<EndReason> handshakes = new Floods<>(SecurityEvent.HandshakeFailed::new);
  private final Floods<EndReason> seals = new Floods<>(SecurityEvent.SealBroken::new);
  private final @Nullable LogWriter<SecurityEvent> writer;

  private SecurityLog(@Nullable LogSink sink, Counters counters, InstantSource clock) {
    this.clock = clock;
    this.writer =
        sink == null
            ? null
            : new LogWriter<>(
                "security log",
                sink,
                new SecurityLine(),
                this::summarise,
                counters.shared(),
                LogWriter.QUEUE_LINES);
  }

  /**
   * Opens the log and starts its thread.
   *
   * @throws IOException if a file cannot be opened for appending
   */
  public static SecurityLog open(LogDestination destination, Counters counters, InstantSource clock)
      throws IOException {
    SecurityLog log = new SecurityLog(LogSink.open(destination), counters, clock);
    if (log.writer != null) {
      log.writer.start();
    }
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
    if (writer != null) {
      writer.offer(
          new SecurityEvent.AuthenticationFailed(
              clock.millis(), user, client, clientPort, door, why));
    }
  }

  /** A client was closed at accept. */
  public void refused(InetAddress client, Refusal why, Door door) {
    if (writer != null) {
      tell(refusals.note(client, why, door, clock.millis()), writer);
    }
  }

  /** A client left, or was closed, before it got to a request. */
  public void handshakeFailed(InetAddress client, Ending why, Door door) {
    if (writer != null) {
      tell(handshakes.note(client, why.reason(), door, clock.millis()), writer);
    }
  }

  /** A tunnel was ended for what its client sent. */
  public void sealBroken(InetAddress client, Ending why, Door door) {
    if (writer != null) {
      tell(seals.note(client, why.reason(), door, clock.millis()), writer);
    }
  }

  private static void tell(@Nullable SecurityEvent event, LogWriter<SecurityEvent> log) {
    if (event != null) {
      log.offer(event);
    }
  }

  /** Opens a file again by its name, soon: it was renamed by logrotate. */
  public void reopen() {
    if (writer != null) {
      writer.reopen();
    }
  }

  /** Writes what is queued and counted and ends; waits two seconds at most. */
  @Override
  public void close() {
    if (writer != null) {
      refusals.rest(clock.millis()).forEach(writer::offer);
      handshakes.rest(clock.millis()).forEach(writer::offer);
      seals.rest(clock.millis()).forEach(writer::offer);
      writer.close();
    }
  }

  private void summarise() {
    LogWriter<SecurityEvent> log = writer;
    if (log != null) {
      refusals.due(clock.millis()).forEach(log::offer);
      handshakes.due(clock.millis()).forEach(log::offer);
      seals.due(clock.millis()).forEach(log::offer);
    }
  }
}
