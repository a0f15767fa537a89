package dev.argyle.server.telemetry;

import dev.argyle.wire.socks.Method;
import java.util.Locale;
import java.util.function.Supplier;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/**
 * Events of Java's flight recorder, for who looks at one server closely: {@code jcmd PID
 * JFR.start}. While nobody records, each of these methods reads one field and makes nothing. No
 * event has a stack trace, a user's name or an address: the connection's number leads to them in
 * the logs. Times that pass between two turns of a loop are fields, for an event has begin and end
 * on one thread. Any thread may call.
 */
public final class FlightEvents {

  private FlightEvents() {}

  /** A client has come to its request, or has not. */
  @Name("dev.argyle.Handshake")
  @Label("Handshake")
  @Description("From accept to the request, or to the end without one")
  @Category("Argyle")
  @StackTrace(false)
  static final class Handshake extends Event {
    @Label("Connection")
    long connection;

    @Label("Method")
    @Nullable String method;

    @Label("Outcome")
    @Nullable String outcome;

    @Label("Took")
    @Timespan(Timespan.NANOSECONDS)
    long took;
  }

  /** A destination was dialled, or the request refused. */
  @Name("dev.argyle.Dial")
  @Label("Dial")
  @Description("From the request to its reply")
  @Category("Argyle")
  @StackTrace(false)
  static final class Dial extends Event {
    @Label("Connection")
    long connection;

    @Label("Reply")
    int reply;

    @Label("Took")
    @Timespan(Timespan.NANOSECONDS)
    long took;
  }

  /** A tunnel has ended. */
  @Name("dev.argyle.TunnelEnd")
  @Label("Tunnel end")
  @Category("Argyle")
  @StackTrace(false)
  static final class TunnelEnd extends Event {
    @Label("Connection")
    long connection;

    @Label("Reason")
    @Nullable String reason;

    @Label("Bytes up")
    @DataAmount
    long up;

    @Label("Bytes down")
    @DataAmount
    long down;

    @Label("Took")
    @Timespan(Timespan.NANOSECONDS)
    long took;
  }

  /** A password was hashed. */
  @Name("dev.argyle.PasswordHash")
  @Label("Password hash")
  @Description(
      "A password was hashed; the duration is that of the hash, without the wait for a turn")
  @Category("Argyle")
  @StackTrace(false)
  static final class PasswordHash extends Event {}

  /** An event loop was busy for long, so what came meanwhile was served late. */
  @Name("dev.argyle.LateTurn")
  @Label("Late turn")
  @Description("A loop worked for 10 ms or more before it asked for events again")
  @Category("Argyle")
  @StackTrace(false)
  static final class LateTurn extends Event {
    @Label("Lag")
    @Timespan(Timespan.NANOSECONDS)
    long lag;
  }

  /**
   * A handshake is over.
   *
   * @param method that was chosen; null: none
   */
  public static void handshake(
      LiveConnection connection, @Nullable Method method, HandshakeOutcome outcome, long nanos) {
    if (FlightRecorder.isInitialized()) {
      Handshake event = new Handshake();
      if (event.shouldCommit()) {
        event.connection = connection.id();
        event.method = method == null ? null : word(method);
        event.outcome = outcome.word();
        event.took = nanos;
        event.commit();
      }
    }
  }

  /** A CONNECT request was answered. */
  public static void dialled(LiveConnection connection, int reply, long nanos) {
    if (FlightRecorder.isInitialized()) {
      Dial event = new Dial();
      if (event.shouldCommit()) {
        event.connection = connection.id();
        event.reply = reply;
        event.took = nanos;
        event.commit();
      }
    }
  }

  /** A tunnel has ended. */
  public static void tunnelEnded(LiveConnection connection, EndReason reason, long nanos) {
    if (FlightRecorder.isInitialized()) {
      TunnelEnd event = new TunnelEnd();
      if (event.shouldCommit()) {
        event.connection = connection.id();
        event.reason = reason.word();
        event.up = connection.up();
        event.down = connection.down();
        event.took = nanos;
        event.commit();
      }
    }
  }

  /** Hashes, and tells how long that took. */
  public static <T> T hashing(Supplier<T> hash) {
    if (!FlightRecorder.isInitialized()) {
      return hash.get();
    }
    PasswordHash event = new PasswordHash();
    event.begin();
    try {
      return hash.get();
    } finally {
      event.commit();
    }
  }

  /** A loop's round was long. */
  static void lateTurn(long nanos) {
    if (FlightRecorder.isInitialized()) {
      LateTurn event = new LateTurn();
      if (event.shouldCommit()) {
        event.lag = nanos;
        event.commit();
      }
    }
  }

  /** As the configuration writes it, and {@code /metrics}. */
  public static String word(Method method) {
    return method.name().toLowerCase(Locale.ROOT);
  }
}
