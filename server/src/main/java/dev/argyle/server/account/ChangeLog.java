package dev.argyle.server.account;

import dev.argyle.wire.UserName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads from the database what changed, whoever changed it, and reads accounts for logins. Shared
 * by threads; every field is under {@code lock}, which is held for microseconds, or for the reading
 * of at most {@link #MAX_AT_ONCE} entries.
 *
 * <p>It has a connection of its own that never writes, so {@link Database#commitCounter} differs
 * after every change by anyone. Only then the log is read, from where it was left (decision 0005).
 */
final class ChangeLog {

  /** More changes than this at once are one {@link AccountEvent.Many}. */
  static final int MAX_AT_ONCE = 1_000;

  static final String LAST_NUMBER = "SELECT coalesce(max(number), 0) FROM change_log";

  /** How often an event loop looks whether the lock is free: some microseconds. */
  private static final int MAX_SPINS = 200;

  /**
   * @param event null: nobody needs to know
   */
  private record Entry(long number, @Nullable AccountEvent event) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Sql sql;
  private final String commitCounter;
  private final Consumer<AccountEvent> onEvent;
  private final Consumer<AccountRow> onRead;
  private long seenCommits;
  private long seenNumber;

  /**
   * @param sql nobody else's
   * @param onEvent called under the lock, by whichever thread reads the log: it must be quick
   * @param onRead the same for each account that is read for a login
   */
  ChangeLog(
      Sql sql, String commitCounter, Consumer<AccountEvent> onEvent, Consumer<AccountRow> onRead) {
    this.sql = sql;
    this.commitCounter = commitCounter;
    this.onEvent = onEvent;
    this.onRead = onRead;
    seenCommits = sql.number(commitCounter);
    seenNumber = sql.number(LAST_NUMBER);
  }

  /**
   * Reads all changes up to now; false if they were not read.
   *
   * @param mayBlock else as {@link #tryCatchUp}
   */
  boolean catchUp(boolean mayBlock) {
    if (!mayBlock) {
      return tryCatchUp();
    }
    catchUp();
    return true;
  }

  /** Reads all changes up to now; false if that would mean to wait, or failed. */
  private boolean tryCatchUp() {
    for (int i = 0; !lock.tryLock(); i++) {
      if (i == MAX_SPINS) {
        return false;
      }
      Thread.onSpinWait(); // most often another loop, done in a microsecond or three
    }
    try {
      catchUp();
      return true;
    } catch (AccountStoreException failed) {
      return false; // the caller goes on with a login that may block, which reports the failure
    } finally {
      lock.unlock();
    }
  }

  /** Reads all changes up to now. */
  void catchUp() {
    lock.lock();
    try {
      long commits = sql.number(commitCounter); // first: a later change is found next time
      if (commits != seenCommits) {
        readEntries();
        seenCommits = commits;
      }
    } finally {
      lock.unlock();
    }
  }

  /** The account as it is now; null: there is none. */
  @Nullable AccountRow find(UserName name) {
    lock.lock();
    try {
      return read(name);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Reads all changes up to now and then the account; if it is enabled and its hash is still this
   * one, runs {@code then} before any later change can be read.
   *
   * @return the account as it is now, its flags included; null: it is not that one any more
   */
  @Nullable Account confirm(UserName name, String hash, Consumer<Account> then) {
    lock.lock();
    try {
      catchUp();
      AccountRow row = read(name);
      if (row == null || !row.account().enabled() || !row.hash().equals(hash)) {
        return null;
      }
      then.accept(row.account());
      return row.account();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable AccountRow read(UserName name) {
    AccountRow row = AccountStore.find(sql, name);
    if (row != null) {
      onRead.accept(row);
    }
    return row;
  }

  private void readEntries() {
    long last = sql.number(LAST_NUMBER);
    if (last == seenNumber) {
      return;
    }
    List<Entry> entries =
        sql.list(
            ChangeLog::entry,
            "SELECT number, name, kind, new_name FROM change_log WHERE number > ?"
                + " ORDER BY number LIMIT ?",
            seenNumber,
            MAX_AT_ONCE + 1);
    // Numbers ascend, so none is missing if the last one is as far on as there are entries.
    long end = seenNumber + entries.size();
    boolean complete =
        last > seenNumber // else a backup was put in its place
            && entries.size() <= MAX_AT_ONCE
            && end >= last
            && entries.getLast().number() == end;
    if (complete) {
      seenNumber = end;
      entries.stream().map(Entry::event).filter(Objects::nonNull).forEach(onEvent);
    } else {
      seenNumber = last;
      onEvent.accept(new AccountEvent.Many());
    }
  }

  private static Entry entry(ResultSet row) throws SQLException {
    String name = UserName.text(row.getBytes(2));
    AccountEvent event =
        switch (row.getString(3)) {
          case "removed" -> new AccountEvent.Removed(name);
          case "disabled" -> new AccountEvent.Disabled(name);
          case "renamed" -> new AccountEvent.Renamed(name, UserName.text(row.getBytes(4)));
          case "password" -> new AccountEvent.PasswordChanged(name);
          case "attributes" -> new AccountEvent.AttributesChanged(name);
          case "usage" -> new AccountEvent.UsageReset(name);
          case "rehashed" -> null; // the same password
          default -> new AccountEvent.FlagsChanged(name);
        };
    return new Entry(row.getLong(1), event);
  }
}
