package dev.argyle.server.history;

import org.jspecify.annotations.Nullable;

/** The history or the usage cannot be read or changed, since the disk fails. */
public final class HistoryException extends RuntimeException {

  HistoryException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
