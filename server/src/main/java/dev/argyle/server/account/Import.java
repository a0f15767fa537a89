package dev.argyle.server.account;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
  private final long nowMillis;
  private final int maxUsers;
  private final Runnable betweenBatches;
  private final List<ImportFile.Line> added = new ArrayList<>();

  Import(AccountStore store, Sql writer, long nowMillis, int maxUsers) {
    this(store, writer, nowMillis, maxUsers, Import::pause);
  }

  /**
   * @param betweenBatches gives others their chance to write
   */
  Import(AccountStore store, Sql writer, long nowMillis, int maxUsers, Runnable betweenBatches) {
    this.store = store;
    this.writer = writer;
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
    return new ImportFile.Imported(added.size(), lines.size() - added.size());
  }

  /** What is wrong by what the accounts are now; null: nothing. */
  private ImportFile.@Nullable Outcome foreseen(List<ImportFile.Line> lines) {
    List<ImportFile.Problem> problems = new ArrayList<>();
    int fresh = 0;
    for (ImportFile.Line line : lines) {
      AccountStore.Row there = store.find(line.name());
      if (there == null) {
        fresh++;
      } else if (!isSame(there, line)) {
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

  /** One transaction; why it was rolled back, or null. */
  private ImportFile.@Nullable Outcome addSome(List<ImportFile.Line> lines) {
    List<ImportFile.Line> some = new ArrayList<>();
    List<ImportFile.Problem> problems = new ArrayList<>();
    boolean fit =
        writer.transaction(
            () -> {
              for (ImportFile.Line line : lines) {
                if (store.insert(line.name(), line.hash(), false, line.enabled(), nowMillis)) {
                  some.add(line);
                } else if (!isSame(AccountStore.find(writer, line.name()), line)) {
                  note(problems, line);
                }
              }
              return some.isEmpty() || writer.number(AccountStore.COUNT) <= maxUsers;
            },
            fits -> fits && problems.isEmpty());
    if (!problems.isEmpty()) {
      return new ImportFile.Rejected(problems);
    }
    if (!fit) {
      return new ImportFile.Full(maxUsers);
    }
    added.addAll(some);
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
              writer.update(
                  "DELETE FROM account WHERE name = ? AND hash = ? AND admin = 0",
                  line.name(),
                  line.hash());
            }
            return true;
          },
          _ -> true);
    }
  }

  private static boolean isSame(AccountStore.@Nullable Row there, ImportFile.Line line) {
    return there != null
        && there.hash().equals(line.hash())
        && there.account().enabled() == line.enabled();
  }

  private static void note(List<ImportFile.Problem> problems, ImportFile.Line line) {
    ImportFile.note(problems, line.number(), "there is an account \"" + line.name() + "\"");
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt(); // the next transaction that has to wait fails
    }
  }
}
