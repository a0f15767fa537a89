package dev.argyle.server.config;

/** What the client's address is to an account that has {@code from}. */
public enum FromMode {
  /** It is needed beside the password. */
  STRICT,
  /** It is needed, and no password is asked for: who comes from there is the account. */
  ADDRESS_ONLY
}
