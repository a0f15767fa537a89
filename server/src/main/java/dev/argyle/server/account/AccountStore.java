package dev.argyle.server.account;

import dev.argyle.server.config.OwnAttributes;
import dev.argyle.wire.UserName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The accounts in the database. Shared by threads. Every method may block for the disk and throws
 * {@link AccountStoreException} if the database fails. A change is on the disk when its method
 * returns.
 */
final class AccountStore {

  private static final Logger LOG = LoggerFactory.getLogger(AccountStore.class);

  private static final String ADMINISTRATORS =
      "SELECT count(*) FROM account WHERE admin = 1 AND enabled = 1";
  static final String COLUMNS =
      "name, admin, enabled, created, changed, last_connection, hash, imported, viewer,"
          + " attributes, id, up, down, connections, address, since, period_up, period_down"
          + " FROM account LEFT JOIN usage ON usage.account = account.id";

  /** Takes the time twice. It grows with every change, so it tells whether there was one. */
  static final String CHANGED = "changed = CASE WHEN changed < ? THEN ? ELSE changed + 1 END";

  static final String COUNT = "SELECT count(*) FROM account";

  /**
   * An account with its hash.
   *
   * @param imported of {@link ImportedHash}; null: the hash is the one that was imported, if any
   * @param id another account never has it as long as this one is there
   */
  record Row(Account account, String hash, @Nullable String imported, long id) {

    static Row read(ResultSet row) throws SQLException {
      return new Row(
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
          row.getLong(11));
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

  private final Sql writer;
  private final Sql reader;
  private final UsageTable usage;
  private final AddressOnlyTable addressOnly;

  /**
   * @param writer for changes
   * @param reader for reads outside of a change; another connection, which waits for no writer
   */
  AccountStore(Sql writer, Sql reader) {
    this.writer = writer;
    this.reader = reader;
    this.usage = new UsageTable(writer);
    this.addressOnly = new AddressOnlyTable(writer);
  }

  /** Those whose clients need no password, read beside those who write. */
  AddressOnlyTable addressOnly() {
    return new AddressOnlyTable(reader);
  }

  /** What accounts have used. */
  UsageTable usage() {
    return usage;
  }

  // Changes

  Outcome add(UserName name, String hash, boolean admin, long nowMillis, int maxUsers) {
    return change(
        () -> {
          if (find(writer, name) != null) {
            return new Outcome.AlreadyThere(false);
          }
          if (writer.number(COUNT) >= maxUsers) {
            return new Outcome.Full(maxUsers);
          }
          insert(name, hash, admin, true, nowMillis);
          return new Outcome.Done();
        });
  }

  /** Who has logged in elsewhere; one without an account gets one. */
  ExternalLogin externalLogin(UserName name, ChangeLog changes, long nowMillis, int maxUsers) {
    while (true) {
      Row row = changes.find(name); // beside those who list
      if (row != null) {
        return row.account().enabled()
            ? new ExternalLogin.Accepted(row.account().user())
            : new ExternalLogin.Disabled();
      }
      if (add(name, PasswordHash.NoPassword.TEXT, false, nowMillis, maxUsers)
          instanceof Outcome.Full(int limit)) {
        return new ExternalLogin.Full(limit);
      }
    }
  }

  Outcome remove(UserName name) {
    return change(
        () -> {
          Outcome allowed = mayLoseItsRights(name);
          if (allowed instanceof Outcome.Done) {
            writer.update("DELETE FROM account WHERE name = ?", name);
          }
          return allowed;
        });
  }

  Outcome rename(UserName name, UserName newName, long nowMillis) {
    return change(
        () -> {
          if (find(writer, name) == null) {
            return new Outcome.NoSuchUser();
          }
          if (!name.equals(newName) && find(writer, newName) != null) {
            return new Outcome.AlreadyThere(false);
          }
          writer.update(
              "UPDATE account SET name = ?, " + CHANGED + " WHERE name = ?",
              newName,
              nowMillis,
              nowMillis,
              name);
          return new Outcome.Done();
        });
  }

  Outcome changePassword(UserName name, String hash, long nowMillis) {
    String sql = "UPDATE account SET hash = ?, imported = NULL, " + CHANGED + " WHERE name = ?";
    return change(() -> doneIf(writer.update(sql, hash, nowMillis, nowMillis, name) > 0));
  }

  Outcome setEnabled(UserName name, boolean enabled, long nowMillis) {
    String sql = "UPDATE account SET enabled = ?, " + CHANGED + " WHERE name = ? AND enabled <> ?";
    return setFlag(sql, name, enabled, nowMillis);
  }

  Outcome setAdmin(UserName name, boolean admin, long nowMillis) {
    String sql = "UPDATE account SET admin = ?, " + CHANGED + " WHERE name = ? AND admin <> ?";
    return setFlag(sql, name, admin, nowMillis);
  }

  Outcome setViewer(UserName name, boolean viewer, long nowMillis) {
    String sql = "UPDATE account SET viewer = ?, " + CHANGED + " WHERE name = ? AND viewer <> ?";
    return change(
        () -> {
          Outcome there = doneIf(find(writer, name) != null);
          if (there instanceof Outcome.Done) {
            writer.update(sql, viewer, nowMillis, nowMillis, name, viewer);
          }
          return there;
        });
  }

  /** See {@link AccountBook#setAttributes}. */
  Outcome setAttributes(UserName name, Map<String, @Nullable String> changes, long nowMillis) {
    String sql = "UPDATE account SET attributes = nullif(?, ''), " + CHANGED + " WHERE name = ?";
    return change(
        () -> {
          Row there = find(writer, name);
          if (there == null) {
            return new Outcome.NoSuchUser();
          }
          OwnAttributes before = there.account().own();
          OwnAttributes after;
          try {
            after = before.with(changes).requireNetworks();
          } catch (IllegalArgumentException wrong) {
            return new Outcome.Invalid(String.valueOf(wrong.getMessage()));
          }
          Outcome taken = addressOnly.taken(name, after);
          if (taken != null) {
            return taken;
          }
          if (!after.equals(before)) {
            writer.update(sql, after.text(), nowMillis, nowMillis, name);
          }
          if (changes.get(OwnAttributes.USAGE) != null) {
            usage.reset(there.id());
          }
          return new Outcome.Done();
        });
  }

  private Outcome setFlag(String sql, UserName name, boolean value, long nowMillis) {
    return change(
        () -> {
          Outcome allowed = value ? doneIf(find(writer, name) != null) : mayLoseItsRights(name);
          if (allowed instanceof Outcome.Done) {
            writer.update(sql, value, nowMillis, nowMillis, name, value);
          }
          return allowed;
        });
  }

  /**
   * Replaces a hash by a better one of the same password, unless the account has another hash by
   * now. No listener is told: what was verified stays verified. Waits for no other process.
   *
   * @return false: another one is writing, and nothing was done
   */
  boolean rehash(UserName name, String oldHash, String newHash) {
    String sql =
        "UPDATE account SET hash = ?, imported = coalesce(imported, ?) WHERE name = ? AND hash = ?";
    return writer.tryTransaction(
        () -> {
          long before = writer.number(ChangeLog.LAST_NUMBER);
          writer.update(sql, newHash, ImportedHash.digest(oldHash), name, oldHash);
          writer.update("UPDATE change_log SET kind = 'rehashed' WHERE number > ?", before);
        });
  }

  /**
   * Writes last connection times, in milliseconds since 1970, by name in text form. Waits for no
   * other process.
   *
   * @return false: another one is writing, and nothing was done
   */
  boolean touch(Map<String, Long> times) {
    String sql = "UPDATE account SET last_connection = ? WHERE name = ? AND last_connection < ?";
    return writer.tryTransaction(
        () -> times.forEach((name, time) -> writer.update(sql, time, UserName.of(name), time)));
  }

  /** An import into these accounts. */
  Import importing(ImportFile.Existing existing, long nowMillis, int maxUsers) {
    return new Import(this, writer, existing, nowMillis, maxUsers);
  }

  /** An account as a file has it. False: the name is taken. */
  boolean insert(ImportFile.Line line, long nowMillis) {
    ImportFile.Details details = line.details();
    if (details == null) {
      return insert(line.name(), line.hash(), false, line.enabled(), nowMillis);
    }
    String sql =
        "INSERT INTO account (name, hash, admin, viewer, enabled, created, changed,"
            + " last_connection, attributes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, nullif(?, ''))"
            + " ON CONFLICT (name) DO NOTHING";
    return writer.update(
            sql,
            line.name(),
            line.hash(),
            details.admin(),
            details.viewer(),
            line.enabled(),
            details.createdMillis(),
            details.changedMillis(),
            details.lastConnectionMillis(),
            details.own().text())
        == 1;
  }

  /** Makes an account what a file has. Within a transaction. */
  void update(ImportFile.Line line, long nowMillis) {
    writer.update(
        "UPDATE account SET hash = ?, imported = NULL, enabled = ?, " + CHANGED + " WHERE name = ?",
        line.hash(),
        line.enabled(),
        nowMillis,
        nowMillis,
        line.name());
    ImportFile.Details details = line.details();
    if (details != null) {
      writer.update(
          "UPDATE account SET admin = ?, viewer = ?, created = ?, last_connection = ?,"
              + " attributes = nullif(?, '') WHERE name = ?",
          details.admin(),
          details.viewer(),
          details.createdMillis(),
          details.lastConnectionMillis(),
          details.own().text(),
          line.name());
    }
  }

  /** False: the name is taken. */
  boolean insert(UserName name, String hash, boolean admin, boolean enabled, long nowMillis) {
    String sql =
        "INSERT INTO account (name, hash, admin, enabled, created, changed)"
            + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING";
    return writer.update(sql, name, hash, admin, enabled, nowMillis, nowMillis) == 1;
  }

  private Outcome mayLoseItsRights(UserName name) {
    Row row = find(writer, name);
    if (row == null) {
      return new Outcome.NoSuchUser();
    }
    boolean administers = row.account().admin() && row.account().enabled();
    return administers && writer.number(ADMINISTRATORS) <= 1
        ? new Outcome.LastAdministrator()
        : new Outcome.Done();
  }

  private static Outcome doneIf(boolean found) {
    return found ? new Outcome.Done() : new Outcome.NoSuchUser();
  }

  private Outcome change(Supplier<Outcome> work) {
    return writer.transaction(work, outcome -> outcome instanceof Outcome.Done);
  }

  // Reads

  @Nullable Row find(UserName name) {
    return find(reader, name);
  }

  static @Nullable Row find(Sql sql, UserName name) {
    return sql.first(Row::read, "SELECT " + COLUMNS + " WHERE name = ?", name);
  }

  /** At most {@code limit} accounts whose names come after {@code after}, by octets. */
  List<Row> list(@Nullable UserName after, int limit) {
    return reader.list(
        Row::read,
        "SELECT " + COLUMNS + " WHERE name > ? ORDER BY name LIMIT ?",
        octets(after),
        limit);
  }

  /** The names alone of the same: the index has them, so no account is read. */
  List<UserName> names(@Nullable UserName after, int limit) {
    return reader.list(
        row -> UserName.of(row.getBytes(1)),
        "SELECT name FROM account WHERE name > ? ORDER BY name LIMIT ?",
        octets(after),
        limit);
  }

  private static byte[] octets(@Nullable UserName after) {
    return after == null ? new byte[0] : after.octets();
  }

  /** How many are enabled, in this transaction. */
  long administratorsNow() {
    return writer.number(ADMINISTRATORS);
  }

  /** How many are enabled. */
  long administrators() {
    return reader.number(ADMINISTRATORS);
  }

  int count() {
    return (int) reader.number(COUNT);
  }

  /**
   * Whether there is an enabled account, besides this one as long as it is an administrator's.
   *
   * @param administrator null: besides none
   */
  boolean anyBut(@Nullable UserName administrator) {
    String sql = "SELECT 1 FROM account WHERE enabled = 1 AND NOT (admin = 1 AND name = ?) LIMIT 1";
    return reader.first(row -> row.getInt(1), sql, octets(administrator)) != null;
  }
}
