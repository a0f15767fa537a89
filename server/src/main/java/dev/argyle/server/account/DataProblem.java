package dev.argyle.server.account;

/**
 * An operator's failure: the data directory or what is in it cannot be used. The message names the
 * place and says what to do.
 */
public final class DataProblem extends Exception {

  public DataProblem(String message) {
    super(message);
  }

  public DataProblem(String message, Throwable cause) {
    super(message, cause);
  }
}
