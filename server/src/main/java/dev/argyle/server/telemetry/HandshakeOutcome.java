package dev.argyle.server.telemetry;

/** What a handshake came to, in fewer kinds than there are reasons to end. */
public enum HandshakeOutcome {
  /** The client came to its request, which may be refused. */
  REQUEST("request"),
  /** It offered no method that is configured. */
  NO_METHOD("no-method"),
  /** Its credentials were wrong. */
  DENIED("denied"),
  /** What it sent is no handshake, or a broken one. */
  INVALID("invalid"),
  /** It made no request within the handshake timeout. */
  TIMEOUT("timeout"),
  /** It left before its request. */
  LEFT("left"),
  /** Not the client's fault: a kill, a stop, no memory, accounts that cannot be read, a bug. */
  ENDED("ended");

  private final String word;

  HandshakeOutcome(String word) {
    this.word = word;
  }

  /** As {@code /metrics} writes it. */
  public String word() {
    return word;
  }

  /** What it came to, if the connection ended in its handshake for this reason. */
  public static HandshakeOutcome of(EndReason why) {
    return switch (why) {
      case NO_ACCEPTABLE_METHOD -> NO_METHOD;
      case AUTHENTICATION_FAILED -> DENIED;
      case PROTOCOL_ERROR,
          ABORTED,
          SEAL_BROKEN,
          COMMAND_NOT_SUPPORTED,
          ADDRESS_TYPE_NOT_SUPPORTED ->
          INVALID;
      case HANDSHAKE_TIMEOUT -> TIMEOUT;
      case CLIENT_CLOSED, RESET_BY_CLIENT -> LEFT;
      case DONE,
          IDLE_TIMEOUT,
          NAME_NOT_RESOLVED,
          DIAL_FAILED,
          DIAL_TIMEOUT,
          BIND_TIMEOUT,
          RESET_BY_DESTINATION,
          REFUSED_BY_RULE,
          KILLED,
          USER_REMOVED,
          USER_DISABLED,
          PASSWORD_CHANGED,
          ACCOUNT_EXPIRED,
          ACCOUNT_HOURS,
          ACCOUNT_FROM,
          ACCOUNT_FULL,
          ACCOUNT_OPENS,
          ACCOUNT_QUOTA,
          ACCOUNT_REPLACED,
          DRAINED,
          OUT_OF_RESOURCES,
          ACCOUNTS_UNAVAILABLE,
          BUG ->
          ENDED;
    };
  }
}
