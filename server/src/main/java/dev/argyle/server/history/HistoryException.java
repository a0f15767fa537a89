package dev.argyle.server.history;

/** The history or the usage cannot be read or changed, since the disk fails. */
public final class HistoryException extends RuntimeException {

  HistoryException(String message, Throwable cause) {
    super(message, cause);
  }
}
