package dev.argyle.server.account;

import dev.argyle.server.config.OwnAttributes;
import dev.argyle.wire.UserName;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The accounts in the database. Shared by threads. Every method may block for the disk and throws
 * {@link AccountStoreException} if the database fails. A change is on the disk when its method
 * returns.
 */
final class AccountStore {

  private static final String ADMINISTRATORS =
      "SELECT count(*) FROM account WHERE admin = 1 AND enabled = 1";

  /** Takes the time twice. It grows with every change, so it tells whether there was one. */
  static final String CHANGED = "changed = CASE WHEN changed < ? THEN ? ELSE changed + 1 END";

  static final String COUNT = "SELECT count(*) FROM account";

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

  /** How often the period of an account's usage was reset. */
  long usageResets(long account) {
    return UsageTable.resets(reader, account);
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
          AccountRow there = find(writer, name);
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

  /** False: the name is taken. */
  boolean insert(UserName name, String hash, boolean admin, boolean enabled, long nowMillis) {
    String sql =
        "INSERT INTO account (name, hash, admin, enabled, created, changed)"
            + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING";
    return writer.update(sql, name, hash, admin, enabled, nowMillis, nowMillis) == 1;
  }

  private Outcome mayLoseItsRights(UserName name) {
    AccountRow row = find(writer, name);
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

  @Nullable AccountRow find(UserName name) {
    return find(reader, name);
  }

  static @Nullable AccountRow find(Sql sql, UserName name) {
    return sql.first(AccountRow::read, "SELECT " + AccountRow.COLUMNS + " WHERE name = ?", name);
  }

  /** At most {@code limit} accounts whose names come after {@code after}, by octets. */
  List<AccountRow> list(@Nullable UserName after, int limit) {
    return reader.list(
        AccountRow::read,
        "SELECT " + AccountRow.COLUMNS + " WHERE name > ? ORDER BY name LIMIT ?",
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

  /** See {@link AccountBook#addedSince}. */
  NewAccounts addedSince(long number, int limit) {
    long newest = reader.number("SELECT coalesce(max(id), 0) FROM account"); // before the names
    List<UserName> names =
        reader.list(
            row -> UserName.of(row.getBytes(1)),
            "SELECT name FROM account WHERE id > ? AND id <= ? ORDER BY id LIMIT ?",
            number,
            newest,
            limit);
    return new NewAccounts(names, newest);
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
