package dev.argyle.server.telemetry;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** What becomes one line of the security log. Immutable; formatted by the log's own thread. */
sealed interface SecurityEvent {
  long timeMillis();

  /**
   * Somebody failed to authenticate; {@code user} is null where no name was given, {@code why}
   * where it may not be told.
   */
  record AuthenticationFailed(
      long timeMillis,
      @Nullable String user,
      InetAddress client,
      int clientPort,
      Door door,
      @Nullable String why)
      implements SecurityEvent {}

  /** What happens so often that it is counted. */
  enum Kind {
    /** Clients closed at accept. */
    REFUSED("refused"),
    /** Clients that never got to a request. */
    HANDSHAKE_FAILED("handshake failed"),
    /** Tunnels that were ended for what came from their client. */
    CONNECTION_ENDED("connection ended");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** As the log writes it. */
    String words() {
      return words;
    }
  }

  /**
   * Clients of one source to which the same happened.
   *
   * @param source null: sources too many to be told apart
   * @param reason one word
   * @param detail null where there is none, and for all but the first of a source
   */
  record Counted(
      long timeMillis,
      Kind kind,
      @Nullable InetAddress source,
      String reason,
      @Nullable String detail,
      long count,
      Door door)
      implements SecurityEvent {

    /** The same, of another time. */
    Counted at(long millis) {
      return new Counted(millis, kind, source, reason, detail, count, door);
    }
  }
}
