package dev.argyle.server.account;

import java.sql.SQLException;

/** The database failed while it ran (a full disk, say): the change was not made. */
public final class AccountStoreException extends RuntimeException {

  AccountStoreException(SQLException cause) {
    super("accounts database: " + StoreFailure.advised(cause), cause);
  }
}
