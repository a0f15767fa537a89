package dev.argyle.server.account;

/** The store failed while it ran (a full disk, say): the change was not made. */
public final class AccountStoreException extends RuntimeException {

  AccountStoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
