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

  /** Clients refused at accept; {@code source} is null for sources too many to be told apart. */
  record Refused(long timeMillis, @Nullable InetAddress source, Refusal why, long count, Door door)
      implements SecurityEvent {}

  /** Clients that came and never got to a request; {@code source} as in {@link Refused}. */
  record HandshakeFailed(
      long timeMillis, @Nullable InetAddress source, EndReason why, long count, Door door)
      implements SecurityEvent {}

  /** Tunnels that ended because what came was not sealed as agreed; as {@link Refused}. */
  record SealBroken(
      long timeMillis, @Nullable InetAddress source, EndReason why, long count, Door door)
      implements SecurityEvent {}
}
