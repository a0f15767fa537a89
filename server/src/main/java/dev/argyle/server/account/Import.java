package dev.argyle.server.account;

import dev.argyle.wire.UserName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An import of many accounts. What can be wrong is looked for before anything is written. Then the
 * accounts are added in transactions of at most {@link #BATCH} lines, with a pause after each one,
 * so that a running server's changes wait for one of them and not for the whole import. If an
 * account of the same name is added meanwhile, what was added is removed again.
 */
final class Import {

  /** Lines of one transaction: some 20 ms. */
  static final int BATCH = 1_000;

  /** Between two transactions: others that wait try every 5 ms. */
  static final Duration PAUSE = Duration.ofMillis(15);

  private final AccountStore store;
  private final Sql writer;
  private final ImportFile.Existing existing;
  private final long nowMillis;
  private final int maxUsers;
  private final Runnable betweenBatches;
  private final List<ImportFile.Line> added = new ArrayList<>();
  private int updated;
  private int skipped;
  private int removed;

  Import(
      AccountStore store, Sql writer, ImportFile.Existing existing, long nowMillis, int maxUsers) {
    this(store, writer, existing, nowMillis, maxUsers, () -> Pause.of(PAUSE));
  }

  /**
   * @param betweenBatches gives others their chance to write
   */
  Import(
      AccountStore store,
      Sql writer,
      ImportFile.Existing existing,
      long nowMillis,
      int maxUsers,
      Runnable betweenBatches) {
    this.store = store;
    this.writer = writer;
    this.existing = existing;
    this.nowMillis = nowMillis;
    this.maxUsers = maxUsers;
    this.betweenBatches = betweenBatches;
  }

  /** See {@link AccountBook#importAll}. */
  ImportFile.Outcome add(List<ImportFile.Line> lines) {
    ImportFile.Outcome foreseen = foreseen(lines);
    if (foreseen != null) {
      return foreseen;
    }
    for (int at = 0; at < lines.size(); at += BATCH) {
      if (at > 0) {
        betweenBatches.run();
      }
      ImportFile.Outcome failed = addSome(lines.subList(at, Math.min(lines.size(), at + BATCH)));
      if (failed != null) {
        removeAdded();
        return failed;
      }
    }
    if (existing == ImportFile.Existing.REPLACE) {
      removeOthers(lines);
    }
    int unchanged = lines.size() - added.size() - updated - skipped;
    return new ImportFile.Imported(added.size(), unchanged, updated, skipped, removed);
  }

  /** What is wrong by what the accounts are now; null: nothing. */
  private ImportFile.@Nullable Outcome foreseen(List<ImportFile.Line> lines) {
    List<ImportFile.Problem> problems = new ArrayList<>();
    int fresh = 0;
    for (ImportFile.Line line : lines) {
      AccountRow there = store.find(line.name());
      if (there == null) {
        fresh++;
      } else if (existing == ImportFile.Existing.REJECT && !isSame(there, line)) {
        note(problems, line);
      }
    }
    if (!problems.isEmpty()) {
      return new ImportFile.Rejected(problems);
    }
    return fresh > 0 && (long) store.count() + fresh > maxUsers
        ? new ImportFile.Full(maxUsers)
        : null;
  }

  /** What one transaction does, counted only once it is committed. */
  private final class Batch {
    private final List<ImportFile.Line> fresh = new ArrayList<>();
    private final List<ImportFile.Problem> problems = new ArrayList<>();
    private int changed;
    private int left;

    /** Null: it may be committed. */
    private ImportFile.@Nullable Outcome take(List<ImportFile.Line> lines) {
      long before = store.administratorsNow();
      for (ImportFile.Line line : lines) {
        if (insert(line)) {
          fresh.add(line);
        } else {
          meet(AccountStore.find(writer, line.name()), line);
        }
      }
      if (!problems.isEmpty()) {
        return new ImportFile.Rejected(problems);
      }
      if (before > 0 && store.administratorsNow() == 0) {
        return new ImportFile.LastAdministrator();
      }
      return fresh.isEmpty() || writer.number(AccountStore.COUNT) <= maxUsers
          ? null
          : new ImportFile.Full(maxUsers);
    }

    private void meet(@Nullable AccountRow there, ImportFile.Line line) {
      if (isSame(there, line)) {
        return;
      }
      switch (existing) {
        case REJECT -> note(problems, line);
        case SKIP -> left++;
        case UPDATE, REPLACE -> {
          update(line);
          changed++;
        }
      }
    }
  }

  /** Adds an account as the file has it. False: the name is taken. */
  private boolean insert(ImportFile.Line line) {
    ImportFile.Details details = line.details();
    if (details == null) {
      return store.insert(line.name(), line.hash(), false, line.enabled(), nowMillis);
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

  /** Makes an account what the file has. */
  private void update(ImportFile.Line line) {
    writer.update(
        "UPDATE account SET hash = ?, imported = NULL, enabled = ?, "
            + AccountStore.CHANGED
            + " WHERE name = ?",
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

  /** One transaction; why it was rolled back, or null. */
  private ImportFile.@Nullable Outcome addSome(List<ImportFile.Line> lines) {
    Batch[] batch = {new Batch()};
    Optional<ImportFile.Outcome> failed =
        writer.transaction(
            () -> {
              batch[0] = new Batch(); // of the last try: others may have written before it
              return Optional.ofNullable(batch[0].take(lines));
            },
            Optional::isEmpty);
    if (failed.isPresent()) {
      return failed.get();
    }
    added.addAll(batch[0].fresh);
    updated += batch[0].changed;
    skipped += batch[0].left;
    return null;
  }

  /** Unless somebody has changed them since. */
  private void removeAdded() {
    for (int at = 0; at < added.size(); at += BATCH) {
      List<ImportFile.Line> some = added.subList(at, Math.min(added.size(), at + BATCH));
      betweenBatches.run();
      writer.transaction(
          () -> {
            for (ImportFile.Line line : some) {
              ImportFile.Details details = line.details();
              writer.update(
                  "DELETE FROM account WHERE name = ? AND hash = ? AND admin = ?",
                  line.name(),
                  line.hash(),
                  details != null && details.admin());
            }
            return true;
          },
          _ -> true);
    }
  }

  /** Whoever is not in the file, administrators excepted: nobody is shut out by a short file. */
  private void removeOthers(List<ImportFile.Line> lines) {
    Set<UserName> kept = new HashSet<>();
    lines.forEach(line -> kept.add(line.name()));
    UserName after = null;
    List<UserName> page;
    do {
      page = store.names(after, BATCH);
      List<UserName> some = page.stream().filter(name -> !kept.contains(name)).toList();
      if (!some.isEmpty()) {
        betweenBatches.run();
        removed += writer.transaction(() -> removed(some), _ -> true);
      }
      after = page.isEmpty() ? null : page.getLast();
    } while (page.size() == BATCH);
  }

  private int removed(List<UserName> names) {
    int gone = 0;
    for (UserName name : names) {
      gone += writer.update("DELETE FROM account WHERE name = ? AND admin = 0", name);
    }
    return gone;
  }

  private static boolean isSame(@Nullable AccountRow there, ImportFile.Line line) {
    ImportFile.Details details = line.details();
    return there != null
        && there.isOf(line.hash())
        && there.account().enabled() == line.enabled()
        && (details == null
            || (details.admin() == there.account().admin()
                && details.viewer() == there.account().viewer()
                && details.own().equals(there.account().own())));
  }

  private static void note(List<ImportFile.Problem> problems, ImportFile.Line line) {
    ImportFile.note(problems, line.number(), "there is an account \"" + line.name() + "\"");
  }
}
