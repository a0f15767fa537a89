package dev.argyle.server.telemetry;

/** Every way a connection ends: the log's word, and who caused it. */
public enum EndReason {
  /** Both directions ended in order. */
  DONE("done", Fault.NOBODY),
  /** Neither side sent anything for the idle timeout. */
  IDLE_TIMEOUT("idle-timeout", Fault.NOBODY),
  /** The client left before its tunnel stood. */
  CLIENT_CLOSED("client-closed", Fault.CLIENT),
  RESET_BY_CLIENT("reset-by-client", Fault.CLIENT),
  HANDSHAKE_TIMEOUT("handshake-timeout", Fault.CLIENT),
  NO_ACCEPTABLE_METHOD("no-acceptable-method", Fault.CLIENT),
  AUTHENTICATION_FAILED("authentication-failed", Fault.CLIENT),
  PROTOCOL_ERROR("protocol-error", Fault.CLIENT),
  /** GSSAPI: the client sent an abort message (RFC 1961, section 3.2). */
  ABORTED("aborted", Fault.CLIENT),
  /** GSSAPI: a message was forged, changed, repeated, or not wrapped as was agreed. */
  SEAL_BROKEN("seal-broken", Fault.CLIENT),
  COMMAND_NOT_SUPPORTED("command-not-supported", Fault.CLIENT),
  ADDRESS_TYPE_NOT_SUPPORTED("address-type-not-supported", Fault.CLIENT),
  NAME_NOT_RESOLVED("name-not-resolved", Fault.DESTINATION),
  DIAL_FAILED("dial-failed", Fault.DESTINATION),
  DIAL_TIMEOUT("dial-timeout", Fault.DESTINATION),
  /** BIND: nobody came. */
  BIND_TIMEOUT("bind-timeout", Fault.DESTINATION),
  RESET_BY_DESTINATION("reset-by-destination", Fault.DESTINATION),
  REFUSED_BY_RULE("refused-by-rule", Fault.OPERATOR),
  /** An administrator ended this one connection. */
  KILLED("killed", Fault.OPERATOR),
  USER_REMOVED("user-removed", Fault.OPERATOR),
  USER_DISABLED("user-disabled", Fault.OPERATOR),
  /** The user got another password than the one that this connection was opened with. */
  PASSWORD_CHANGED("password-changed", Fault.OPERATOR),
  /** The account's {@code expires} has come. */
  ACCOUNT_EXPIRED("account-expired", Fault.OPERATOR),
  /** Outside of the account's {@code hours}. */
  ACCOUNT_HOURS("account-hours", Fault.OPERATOR),
  /** The client's address is not in the account's {@code from}. */
  ACCOUNT_FROM("account-from", Fault.OPERATOR),
  /** The account has its connections, associations or addresses. */
  ACCOUNT_FULL("account-full", Fault.OPERATOR),
  /** The account opens more a second than its {@code opens} allows. */
  ACCOUNT_OPENS("account-opens", Fault.OPERATOR),
  /** The account's quota is spent. */
  ACCOUNT_QUOTA("account-quota", Fault.OPERATOR),
  /** A newer one of its account took the place: {@code when-full: end-oldest}. */
  ACCOUNT_REPLACED("account-replaced", Fault.OPERATOR),
  /** The server stopped before the connection was done. */
  DRAINED("drained", Fault.OPERATOR),
  /** No descriptor, port or memory for it. */
  OUT_OF_RESOURCES("out-of-resources", Fault.SERVER),
  /** The accounts could not be read, or there are accounts.max-users already. */
  ACCOUNTS_UNAVAILABLE("accounts-unavailable", Fault.SERVER),
  BUG("bug", Fault.SERVER);

  private final String word;
  private final Fault fault;

  EndReason(String word, Fault fault) {
    this.word = word;
    this.fault = fault;
  }

  /** As logs and pages write it. */
  public String word() {
    return word;
  }

  /** Who caused it. */
  public Fault fault() {
    return fault;
  }
}
