package dev.argyle.server.config;

/** Which octets of an account are counted against its quota. */
public enum QuotaCounts {
  /** Those from its clients and those to them. */
  BOTH,
  /** Those from its clients. */
  UP,
  /** Those to its clients. */
  DOWN;

  /** Whether this direction counts. */
  public boolean has(boolean ofUp) {
    return this == BOTH || this == (ofUp ? UP : DOWN);
  }
}
