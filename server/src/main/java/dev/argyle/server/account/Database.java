package dev.argyle.server.account;

import dev.argyle.server.config.OwnAttributes;

/**
 * The database that holds the accounts: what each kind of database does in its own way. All other
 * SQL is standard; it is in {@link AccountStore}, {@link UsageTable} and {@link ChangeLog}, and
 * needs three tables:
 *
 * <ul>
 *   <li>{@code account}: {@code name} (unique, ordered by octets), {@code hash}, {@code admin},
 *       {@code viewer} and {@code enabled} (0 or 1), {@code created}, {@code changed} and {@code
 *       last_connection} (milliseconds since 1970), {@code imported} ({@link ImportedHash}; null:
 *       none), and {@code attributes} ({@link OwnAttributes#text}; null: none).
 *   <li>{@code change_log}: {@code number} (ascending), {@code name}, {@code kind} (one of {@code
 *       removed}, {@code renamed}, {@code password}, {@code disabled}, {@code flags}, {@code
 *       attributes}, {@code usage}) and {@code new_name}. Triggers write it, so that nobody can
 *       change an account without an entry.
 *   <li>{@code usage}: {@code account} (its {@code id}), and the components of {@link
 *       dev.argyle.server.telemetry.AccountUsage.Used}; {@code resets} counts how often an
 *       administrator began the period anew. A removed account has none.
 * </ul>
 */
interface Database extends AutoCloseable {

  /**
   * Opens another connection, and creates or updates the tables where needed.
   *
   * @throws DataProblem if this database cannot hold the accounts
   * @throws AccountStoreException if the database fails
   */
  Sql connect() throws DataProblem;

  /** As {@link #connect}, for changes: a transaction that meets another writer fails at once. */
  Sql connectToWrite() throws DataProblem;

  /**
   * A query for one number, which is another one after any other connection has committed a change.
   * Event loops run it, so it takes microseconds and never waits for a writer.
   */
  String commitCounter();

  /** Closes all connections. */
  @Override
  void close();
}
