package dev.argyle.server.account;

import dev.argyle.server.config.OwnAttributes;
import dev.argyle.wire.UserName;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An account as the database has it: with its hash.
 *
 * @param imported of {@link ImportedHash}; null: the hash is the one that was imported, if any
 * @param id another account never has it as long as this one is there
 * @param resets how often the period of its usage was reset
 */
record AccountRow(Account account, String hash, @Nullable String imported, long id, long resets) {

  /** What {@link #read} reads: of a query that begins with SELECT and goes on with a condition. */
  static final String COLUMNS =
      "name, admin, enabled, created, changed, last_connection, hash, imported, viewer,"
          + " attributes, id, up, down, connections, address, since, period_up, period_down,"
          + " resets"
          + " FROM account LEFT JOIN usage ON usage.account = account.id";

  private static final Logger LOG = LoggerFactory.getLogger(AccountStore.class);

  static AccountRow read(ResultSet row) throws SQLException {
    return new AccountRow(
        new Account(
            UserName.of(row.getBytes(1)),
            row.getBoolean(2),
            row.getBoolean(3),
            row.getLong(4),
            row.getLong(5),
            row.getLong(6),
            false,
            row.getBoolean(9),
            own(row.getString(10)),
            UsageTable.read(row, 12)),
        row.getString(7),
        row.getString(8),
        row.getLong(11),
        row.getLong(19));
  }

  /** What cannot be read says nothing, and is logged: the row was not written by Argyle. */
  private static OwnAttributes own(@Nullable String text) {
    if (text == null) {
      return OwnAttributes.NONE;
    }
    try {
      return OwnAttributes.parse(text);
    } catch (IllegalArgumentException unreadable) {
      LOG.error("the attributes of an account cannot be used: {}", unreadable.getMessage());
      return OwnAttributes.NONE;
    }
  }

  /** Whether the password is the one that this hash was, or is, imported with. */
  boolean isOf(String phc) {
    return hash.equals(phc) || ImportedHash.digest(phc).equals(imported);
  }
}
