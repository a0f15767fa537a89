package dev.argyle.server.config;

/** What happens to a request of an account that has as much open as it may. */
public enum WhenFull {
  /** It is refused. */
  REFUSE,
  /** It is served, and what the account has had open for longest ends. */
  END_OLDEST
}
