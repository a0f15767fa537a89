package dev.argyle.server.control;

import dev.argyle.server.account.Account;
import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.AccountStoreException;
import dev.argyle.server.account.Outcome;
import dev.argyle.server.account.User;
import dev.argyle.server.admission.Admission;
import dev.argyle.server.telemetry.Door;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Journal;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.server.telemetry.MalformedHandshakes;
import dev.argyle.server.telemetry.Telemetry;
import dev.argyle.wire.UserName;
import dev.argyle.wire.bottler.BottlerToken;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be asked of a running server, and changed. A door translates its protocol to
 * this and back, and decides nothing: who may come in, rights and ranges are decided here. Every
 * call names its actor and is checked against the table in {@link Operation}. Safe for any thread;
 * what has to do with users, and start, stop and reset, may block and belongs on a virtual thread.
 *
 * <p>Every change is in force when its method returns, and has its line in the audit log, the
 * refused ones too. Reads throw {@link SecurityException} if the actor has no right to them, which
 * a door can ask about ({@link #may}), and {@link AccountStoreException} if the accounts cannot be
 * read.
 */
public final class ProxyControl {

  private static final Result DONE = new Result.Done();

  private final AccountBook accounts;
  private final Telemetry telemetry;
  private final SocksControl socks;
  private final UserPages pages;
  private final Administrators administrators;
  private final AdminSessions sessions;
  private final Changes changes;

  /**
   * @param token what Bottler's clients must show, asked for each datagram
   */
  public ProxyControl(
      AccountBook accounts,
      Telemetry telemetry,
      Admission admission,
      SocksControl socks,
      Supplier<BottlerToken> token) {
    this.accounts = accounts;
    this.telemetry = telemetry;
    this.socks = socks;
    this.pages = new UserPages(accounts);
    this.administrators =
        new Administrators(accounts, admission, telemetry.counters().shared(), token);
    this.sessions = new AdminSessions(accounts);
    this.changes = new Changes(sessions);
  }

  // Coming in

  /**
   * Verifies an administrator's name and password. Does not block. A refusal is logged and
   * penalised, and takes as long whatever its reason is, empty names included.
   *
   * @return completed on any thread: with null if the login is refused, with {@link
   *     AccountStoreException} if the accounts cannot be read. Whoever no longer waits cancels it
   */
  public CompletableFuture<@Nullable Actor> login(
      Door door, InetSocketAddress client, byte[] name, byte[] password) {
    return administrators.login(door, client, name, password);
  }

  /** The actor who showed a token; null: it is wrong, which is logged, or the source is ignored. */
  public @Nullable Actor holderOf(BottlerToken shown, Door door, InetSocketAddress client) {
    return administrators.holderOf(shown, door, client);
  }

  /** Somebody without a name or password; null: the configuration does not let them in there. */
  public @Nullable Actor anonymous(Door door, InetSocketAddress client) {
    return door == Door.MASS && socks.management().mass().anonymous()
        ? new Actor(Actor.NO_NAME, Operation.Right.READ, door, client.getAddress())
        : null;
  }

  /**
   * An administrator who has logged in stays in for a while. From then on, too, the account is
   * compared with what it was when the password was verified.
   *
   * @param revoke called, on any thread and maybe more than once, when the account is removed,
   *     disabled, renamed, no administrator's any more, or has another password; must not block
   * @return to be run when they leave
   */
  public Runnable openSession(Actor actor, Runnable revoke) {
    User user = actor.user();
    return user == null ? () -> {} : sessions.open(user, revoke);
  }

  /** Whether an actor may do that; whoever asks without the right is refused in any case. */
  public boolean may(Actor actor, Operation operation) {
    return actor.may(operation);
  }

  private static void check(Actor actor, Operation operation) {
    if (!actor.may(operation)) {
      throw new SecurityException(operation + " is not for this session");
    }
  }

  // Users

  /** The first {@code limit} users that are enabled, in the order of their octets. */
  public List<UserName> enabledUsers(Actor actor, int limit) {
    check(actor, Operation.LIST_USERS);
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

  /**
   * Users in the order of their octets.
   *
   * @param after only greater names; null: from the first
   * @param limit at most so many, and {@link AccountBook#MAX_PAGE}
   */
  public List<UserName> users(Actor actor, @Nullable UserName after, int limit) {
    check(actor, Operation.LIST_USERS);
    return accounts.names(after, limit);
  }

  /** How many pages there are of {@code octets} for names, with a length octet each. */
  public int userPages(Actor actor, int octets, int names) {
    check(actor, Operation.LIST_USERS);
    return pages.count(new UserPages.Shape(octets, names));
  }

  /** A page of them, from 1; null: there is none of this number. */
  public @Nullable List<UserName> userPage(Actor actor, long page, int octets, int names) {
    check(actor, Operation.LIST_USERS);
    return pages.page(page, new UserPages.Shape(octets, names));
  }

  /** When a user last connected, in milliseconds since 1970; 0: never; empty: no such user. */
  public OptionalLong lastConnection(Actor actor, UserName name) {
    check(actor, Operation.LAST_CONNECTION);
    Account account = accounts.find(name);
    return account == null ? OptionalLong.empty() : OptionalLong.of(account.lastConnectionMillis());
  }

  /** Adds a user who is no administrator. */
  public Result addUser(Actor actor, UserName name, byte[] password) {
    return userChange(actor, Operation.ADD_USER, name, () -> accounts.add(name, password, false));
  }

  /** Removes a user, whose open connections are closed. */
  public Result removeUser(Actor actor, UserName name) {
    return userChange(actor, Operation.REMOVE_USER, name, () -> accounts.remove(name));
  }

  public Result renameUser(Actor actor, UserName name, UserName newName) {
    return changes.change(
        actor,
        Operation.RENAME_USER,
        "rename-user " + Changes.quoted(name.escaped()) + " " + Changes.quoted(newName.escaped()),
        () -> result(accounts.rename(name, newName)));
  }

  public Result setPassword(Actor actor, UserName name, byte[] password) {
    return userChange(
        actor, Operation.SET_PASSWORD, name, () -> accounts.changePassword(name, password));
  }

  /** Lets a user log in, or no longer, and closes the connections of who may not. */
  public Result setEnabled(Actor actor, UserName name, boolean enabled) {
    return userChange(actor, Operation.ENABLE_USER, name, () -> accounts.setEnabled(name, enabled));
  }

  public Result setAdministrator(Actor actor, UserName name, boolean administrator) {
    return userChange(
        actor, Operation.SET_ADMINISTRATOR, name, () -> accounts.setAdmin(name, administrator));
  }

  private Result userChange(
      Actor actor, Operation operation, UserName user, Supplier<Outcome> action) {
    return changes.change(
        actor,
        operation,
        Changes.words(operation) + " " + Changes.quoted(user.escaped()),
        () -> result(action.get()));
  }

  private Result result(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done() -> {
        pages.changed();
        yield DONE;
      }
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

  // Connections

  /**
   * Open connections, ascending by number.
   *
   * @param after only greater numbers, unsigned
   * @param limit at most so many
   * @param user only this user's; null: everybody's
   */
  public List<ConnectionEntry> connections(
      Actor actor, long after, int limit, @Nullable UserName user) {
    check(actor, Operation.LIST_CONNECTIONS);
    if (after < 0 || limit < 1) {
      return List.of();
    }
    String text = user == null ? null : user.text();
    Predicate<LiveConnection> wanted = connection -> text == null || text.equals(connection.user());
    return telemetry.connections().page(after, limit, wanted).stream()
        .map(ConnectionEntry::of)
        .toList();
  }

  /** Ended connections that are still in the journal, ascending by number, as above. */
  public List<ConnectionEntry> endedAfter(Actor actor, long after, int limit) {
    check(actor, Operation.HISTORY);
    if (after < 0 || limit < 1) {
      return List.of();
    }
    return telemetry.journal().page(Journal.NEWEST, Journal.CAPACITY).connections().stream()
        .filter(ended -> ended.id() > after)
        .map(ConnectionEntry::of)
        .sorted(Comparator.comparingLong(ConnectionEntry::id))
        .limit(limit)
        .toList();
  }

  /**
   * Ended connections, newest first, with why they ended.
   *
   * @param cursor {@link Journal#NEWEST}, or {@link Journal.Page#older} of the page before
   */
  public Journal.Page history(Actor actor, long cursor, int limit) {
    check(actor, Operation.HISTORY);
    return telemetry.journal().page(cursor, Math.max(1, limit));
  }

  /** The last malformed handshakes, newest first. */
  public List<MalformedHandshakes.Entry> malformed(Actor actor) {
    check(actor, Operation.MALFORMED);
    return telemetry.malformedHandshakes().newestFirst();
  }

  /** How many connections a user has open; empty: no such user. */
  public OptionalInt connectionsOf(Actor actor, UserName user) {
    check(actor, Operation.USER_CONNECTIONS);
    int open = telemetry.connections().countOf(user.text());
    return open == 0 && accounts.find(user) == null // a user of this run has no account
        ? OptionalInt.empty()
        : OptionalInt.of(open);
  }

  /** Ends a connection within a turn of its loop. */
  public Result kill(Actor actor, long id) {
    return changes.change(
        actor,
        Operation.KILL,
        "kill " + id,
        () -> {
          LiveConnection connection = telemetry.connections().find(id);
          if (connection == null) {
            return new Result.NoSuchConnection();
          }
          connection.askToEnd(EndReason.KILLED);
          return DONE;
        });
  }

  // Metrics and settings

  public Metrics metrics(Actor actor) {
    check(actor, Operation.COUNTERS);
    return Metrics.of(telemetry);
  }

  /** How many accounts there are. */
  public int userCount(Actor actor) {
    check(actor, Operation.COUNTERS);
    return accounts.count();
  }

  /** How many users have a connection open. */
  public int usersConnected(Actor actor) {
    check(actor, Operation.COUNTERS);
    return telemetry.connections().users().size();
  }

  public Settings settings(Actor actor) {
    check(actor, Operation.READ_SETTINGS);
    return socks.settings();
  }

  /** For open connections too. */
  public Result setIdleTimeout(Actor actor, long seconds) {
    return changes.setNumber(
        actor,
        Operation.SET_IDLE_TIMEOUT,
        seconds,
        0,
        Settings.MAX_IDLE_SECONDS,
        () -> socks.relay().idleTimeout(Duration.ofSeconds(seconds)));
  }

  public Result setSelectorTimeout(Actor actor, long millis) {
    return changes.setNumber(
        actor,
        Operation.SET_SELECTOR_TIMEOUT,
        millis,
        Settings.MIN_SELECTOR_MILLIS,
        Settings.MAX_SELECTOR_MILLIS,
        () -> socks.selectorTimeout(Duration.ofMillis(millis)));
  }

  /** For connections opened from now on. */
  public Result setBufferSize(Actor actor, long octets) {
    return changes.setNumber(
        actor,
        Operation.SET_BUFFER_SIZE,
        octets,
        Settings.MIN_BUFFER_OCTETS,
        Settings.MAX_BUFFER_OCTETS,
        () -> socks.relay().bufferOctets((int) octets));
  }

  /**
   * Off: the SOCKS side admits NO AUTHENTICATION at once, beside what is configured. On: it does
   * not, even if it is configured. The doors are not affected.
   */
  public Result switchAuthentication(Actor actor, boolean on) {
    return changes.setSwitch(
        actor, Operation.SWITCH_AUTHENTICATION, on, () -> socks.authentication(on));
  }

  /** For connections opened from now on. */
  public Result switchDissectors(Actor actor, boolean on) {
    return changes.setSwitch(
        actor, Operation.SWITCH_DISSECTORS, on, () -> socks.relay().dissectors(on));
  }

  // The SOCKS side as a whole

  /** Where the SOCKS side listens; empty while it is stopped. */
  public List<InetSocketAddress> listening(Actor actor) {
    check(actor, Operation.STATUS);
    return socks.listening();
  }

  public Result start(Actor actor) {
    return changes.change(actor, Operation.START, "start", socks::start);
  }

  /** Closes the SOCKS listeners and connections; the doors stay open. */
  public Result stop(Actor actor) {
    return changes.change(actor, Operation.STOP, "stop", socks::stop);
  }

  /** Closes every SOCKS connection, reads the configuration again, and listens again. */
  public Result reset(Actor actor) {
    return changes.change(actor, Operation.RESET, "reset", socks::reset);
  }
}
