package dev.argyle.server.control;

import dev.argyle.server.account.Account;
import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.Outcome;
import dev.argyle.server.account.User;
import dev.argyle.server.admission.AccountUses;
import dev.argyle.server.config.OwnAttributes;
import dev.argyle.server.egress.Egresses;
import dev.argyle.server.telemetry.ConnectionTable;
import dev.argyle.wire.UserName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Users, listed and changed. Safe for any thread; may block for the disk or a password hash. */
public final class UserControl {

  /** Accounts that one search for a part of a name looks at; its next page goes on from there. */
  static final int LOOKED_AT = 10_000;

  private static final Result DONE = new Result.Done();

  private final AccountBook accounts;
  private final ConnectionTable connections;
  private final AccountUses uses;
  private final Supplier<Egresses> egresses;
  private final Changes changes;

  UserControl(
      AccountBook accounts,
      ConnectionTable connections,
      AccountUses uses,
      Supplier<Egresses> egresses,
      Changes changes) {
    this.egresses = egresses;
    this.accounts = accounts;
    this.connections = connections;
    this.uses = uses;
    this.changes = changes;
  }

  // Listing

  /**
   * Users in the order of their octets, with what they have open.
   *
   * @param part only names that contain it, in any case; null: all
   * @param after only greater names; null: from the first
   * @param limit at most so many, 1 or more
   */
  public Page<UserEntry, UserName> page(
      Actor actor, @Nullable String part, @Nullable UserName after, int limit) {
    ProxyControl.check(actor, Operation.LIST_USERS);
    String wanted = part == null ? "" : part.toLowerCase(Locale.ROOT);
    List<Account> found = new ArrayList<>();
    UserName last = after;
    int lookedAt = 0;
    boolean more = true;
    while (more && found.size() < limit && lookedAt < LOOKED_AT) {
      int asked = wanted.isEmpty() ? limit + 1 : Math.min(1_000, LOOKED_AT);
      List<Account> some = accounts.list(last, asked);
      more = some.size() == asked;
      for (Account account : some) {
        if (found.size() == limit) {
          more = true;
          break;
        }
        lookedAt++;
        last = account.name();
        if (account.name().text().toLowerCase(Locale.ROOT).contains(wanted)) {
          found.add(account);
        }
      }
    }
    Map<String, Integer> open = openByUser();
    return new Page<>(
        found.stream()
            .map(account -> entry(account, open.getOrDefault(account.name().text(), 0)))
            .toList(),
        more ? last : null);
  }

  /** A user; null: there is none of this name. */
  public @Nullable UserEntry find(Actor actor, UserName name) {
    ProxyControl.check(actor, Operation.LIST_USERS);
    Account account = accounts.find(name);
    return account == null ? null : entry(account, connections.countOf(name.text()));
  }

  /** Which rules are a user's own, by text form; null: none are. May block. */
  @Nullable String ownRules(String name) {
    User user = accounts.current(name);
    String own = user == null ? null : uses.effective(user.own()).rules();
    return own == null || own.isEmpty() ? null : own;
  }

  private UserEntry entry(Account account, int open) {
    return new UserEntry(account, open, uses.effective(account.own()));
  }

  /** Walks over all open connections, once for each page. */
  private Map<String, Integer> openByUser() {
    Map<String, Integer> open = new HashMap<>();
    connections.forEach(
        connection -> {
          String user = connection.user();
          if (user != null) {
            open.merge(user, 1, Integer::sum);
          }
        });
    return open;
  }

  List<UserName> enabled(Actor actor, int limit) {
    ProxyControl.check(actor, Operation.LIST_USERS);
    List<UserName> found = new ArrayList<>();
    UserName after = null;
    List<Account> some;
    do {
      some = accounts.list(after, limit);
      for (Account account : some) {
        after = account.name();
        if (account.enabled() && found.size() < limit) {
          found.add(after);
        }
      }
    } while (found.size() < limit && some.size() == limit);
    return found;
  }

  // Changes

  /** Adds a user. */
  public Result add(Actor actor, UserName name, byte[] password, boolean administrator) {
    Change.Note note = new Change.Note(name.escaped());
    note.to(administrator ? "administrator" : "user");
    return change(
        actor, Operation.ADD_USER, name, note, () -> accounts.add(name, password, administrator));
  }

  /** Removes a user, whose open connections are closed. */
  public Result remove(Actor actor, UserName name) {
    Change.Note note = new Change.Note(name.escaped());
    return change(actor, Operation.REMOVE_USER, name, note, () -> accounts.remove(name));
  }

  /** Gives a user another name; connections that were opened under the old one are closed. */
  public Result rename(Actor actor, UserName name, UserName newName) {
    Change.Note note = new Change.Note(name.escaped());
    note.from(name.escaped());
    note.to(newName.escaped());
    return changes.change(
        actor,
        Operation.RENAME_USER,
        "rename-user " + Changes.quoted(name.escaped()) + " " + Changes.quoted(newName.escaped()),
        note,
        () -> result(accounts.rename(name, newName)));
  }

  /** Gives a user another password. */
  public Result setPassword(Actor actor, UserName name, byte[] password) {
    Change.Note note = new Change.Note(name.escaped());
    return change(
        actor, Operation.SET_PASSWORD, name, note, () -> accounts.changePassword(name, password));
  }

  /** Lets a user log in, or no longer, and closes the connections of who may not. */
  public Result setEnabled(Actor actor, UserName name, boolean enabled) {
    return set(actor, Flag.ENABLED, name, enabled, () -> accounts.setEnabled(name, enabled));
  }

  /** Makes a user an administrator, or takes that away. */
  public Result setAdministrator(Actor actor, UserName name, boolean administrator) {
    return set(
        actor,
        Flag.ADMINISTRATOR,
        name,
        administrator,
        () -> accounts.setAdmin(name, administrator));
  }

  /** Lets a user look at the management doors, or no longer. */
  public Result setViewer(Actor actor, UserName name, boolean viewer) {
    return set(actor, Flag.VIEWER, name, viewer, () -> accounts.setViewer(name, viewer));
  }

  /**
   * Changes a user's plan, and limits of their own: all of it or nothing. It holds at once, also
   * for what is open.
   *
   * @param values by name, in the order in which they are told; null takes one away
   */
  public Result setAttributes(
      Actor actor, UserName name, SortedMap<String, @Nullable String> values) {
    Change.Note note = new Change.Note(name.escaped());
    note.to(words(values));
    String plan = values.get(OwnAttributes.PLAN);
    return change(
        actor,
        Operation.SET_ATTRIBUTES,
        name,
        note,
        () -> {
          Account now = accounts.find(name);
          note.from(now == null ? null : words(now.own().texts()));
          if (plan != null && !uses.plans().containsKey(plan)) {
            return new Outcome.Invalid(noSuchPlan(plan));
          }
          return isEgress(values.get("egress"))
              ? accounts.setAttributes(name, values)
              : new Outcome.Invalid(
                  "egress: the configuration has no egress \"" + values.get("egress") + "\"");
        });
  }

  /** As the command line has them: a value that is taken away is empty. */
  private static String words(Map<String, @Nullable String> values) {
    return values.entrySet().stream()
        .map(one -> one.getKey() + "=" + Objects.requireNonNullElse(one.getValue(), ""))
        .collect(Collectors.joining(" "));
  }

  private boolean isEgress(@Nullable String name) {
    return name == null || name.equals("none") || egresses.get().has(name);
  }

  private String noSuchPlan(String plan) {
    List<String> plans = uses.plans().keySet().stream().sorted().toList();
    return "plan: the configuration has no plan \""
        + plan
        + "\"; "
        + (plans.isEmpty() ? "it has none: see plans" : "it has " + String.join(", ", plans));
  }

  /** What an account is or is not, in words for the log of changes. */
  private enum Flag {
    ENABLED(Operation.ENABLE_USER, Account::enabled, "enabled", "disabled"),
    ADMINISTRATOR(Operation.SET_ADMINISTRATOR, Account::admin, "administrator", "user"),
    VIEWER(Operation.SET_VIEWER, Account::viewer, "viewer", "user");

    private final Operation operation;
    private final Predicate<Account> holds;
    private final String on;
    private final String off;

    Flag(Operation operation, Predicate<Account> holds, String on, String off) {
      this.operation = operation;
      this.holds = holds;
      this.on = on;
      this.off = off;
    }

    private String word(boolean value) {
      return value ? on : off;
    }
  }

  private Result set(
      Actor actor, Flag flag, UserName name, boolean value, Supplier<Outcome> action) {
    Change.Note note = new Change.Note(name.escaped());
    note.to(flag.word(value));
    return change(
        actor,
        flag.operation,
        name,
        note,
        () -> {
          Account now = accounts.find(name);
          note.from(now == null ? null : flag.word(flag.holds.test(now)));
          return action.get();
        });
  }

  private Result change(
      Actor actor, Operation operation, UserName user, Change.Note note, Supplier<Outcome> action) {
    return changes.change(
        actor,
        operation,
        Changes.words(operation) + " " + Changes.quoted(user.escaped()),
        note,
        () -> result(action.get()));
  }

  private static Result result(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done() -> DONE;
      case Outcome.AlreadyThere(boolean samePassword) -> new Result.UserExists(samePassword);
      case Outcome.NoSuchUser() -> new Result.NoSuchUser();
      case Outcome.Full _ -> new Result.UserLimitReached();
      case Outcome.LastAdministrator() ->
          new Result.NotAllowed("it would leave no enabled administrator");
      case Outcome.OfThisRun() ->
          new Result.NotAllowed("the user was added for this run and can only be removed");
      case Outcome.Invalid(String reason) -> new Result.OutOfRange(reason);
    };
  }
}
