package dev.argyle.server.account;

import dev.argyle.wire.UserName;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Everybody who has an account or was added for this run, as they are shown: in the order of their
 * octets, each name once. Who was added for this run goes before an account of the same name. Safe
 * for any thread; may block for the disk.
 */
final class AccountList {

  private final AccountStore store;
  private final LastConnections lastConnections;
  private final AccountUsages usages;
  private final TemporaryUsers temporary;

  AccountList(
      AccountStore store,
      LastConnections lastConnections,
      AccountUsages usages,
      TemporaryUsers temporary) {
    this.store = store;
    this.lastConnections = lastConnections;
    this.usages = usages;
    this.temporary = temporary;
  }

  /** At most {@code limit} whose names come after {@code after}. */
  List<Account> list(@Nullable UserName after, int limit) {
    List<Account> accounts = new ArrayList<>();
    for (AccountRow row : store.list(after, limit)) {
      accounts.add(current(row));
    }
    return merged(accounts, Account::name, temporary.all(), after, limit);
  }

  /** The names alone of the same. */
  List<UserName> names(@Nullable UserName after, int limit) {
    List<UserName> added = temporary.all().stream().map(Account::name).toList();
    return merged(store.names(after, limit), name -> name, added, after, limit);
  }

  private static <T> List<T> merged(
      List<T> stored,
      Function<T, UserName> name,
      List<T> added,
      @Nullable UserName after,
      int limit) {
    if (added.isEmpty()) {
      return stored;
    }
    List<T> merged = new ArrayList<>();
    int next = 0;
    for (T user : added) {
      UserName its = name.apply(user);
      if (after != null && its.compareTo(after) <= 0) {
        continue;
      }
      while (next < stored.size() && name.apply(stored.get(next)).compareTo(its) < 0) {
        merged.add(stored.get(next++));
      }
      if (next < stored.size() && name.apply(stored.get(next)).equals(its)) {
        next++;
      }
      merged.add(user);
    }
    merged.addAll(stored.subList(next, stored.size()));
    return merged.size() > limit ? merged.subList(0, limit) : merged;
  }

  /** See {@link AccountBook#export}: users of this run are not in it. */
  void export(Consumer<String> to) {
    UserName after = null;
    List<AccountRow> page;
    do {
      page = store.list(after, AccountBook.MAX_PAGE);
      for (AccountRow row : page) {
        after = row.account().name();
        to.accept(ImportFile.write(lastConnections.current(row.account()), row.hash()));
      }
    } while (page.size() == AccountBook.MAX_PAGE);
  }

  int count() {
    int more = 0;
    for (Account user : temporary.all()) {
      more += store.find(user.name()) == null ? 1 : 0;
    }
    return store.count() + more;
  }

  @Nullable Account find(UserName name) {
    Account added = temporary.find(name.text());
    if (added != null) {
      return added;
    }
    AccountRow row = store.find(name);
    return row == null ? null : current(row);
  }

  private Account current(AccountRow row) {
    return lastConnections.current(usages.current(row));
  }
}
