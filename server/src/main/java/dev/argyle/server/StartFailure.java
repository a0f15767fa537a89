package dev.argyle.server;

/** The server cannot start, and it is the operator's to mend: the message says what and how. */
public final class StartFailure extends Exception {

  private static final long serialVersionUID = 1L;

  private final int exitCode;

  /**
   * @param exitCode 1: failed, 2: wrong usage or configuration
   */
  public StartFailure(String message, int exitCode) {
    super(message);
    this.exitCode = exitCode;
  }

  public int exitCode() {
    return exitCode;
  }
}
