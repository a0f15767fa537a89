package dev.argyle.server.control;

import dev.argyle.server.account.Account;
import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.AccountStoreException;
import dev.argyle.server.account.Outcome;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Journal;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.server.telemetry.Telemetry;
import dev.argyle.wire.UserName;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be asked of a running server, and changed. A door translates its protocol to
 * this and back, and decides nothing: rights and ranges are decided here. Safe for any thread; what
 * has to do with users, and start, stop and reset, may block and belongs on a virtual thread.
 *
 * <p>Every change is in force when its method returns, and has its line in the audit log, the
 * refused ones too. Reads throw {@link AccountStoreException} if the accounts cannot be read.
 */
public final class ProxyControl {

  private static final Change DONE = new Change.Done();

  private final AccountBook accounts;
  private final Telemetry telemetry;
  private final SocksSide socks;
  private final UserPages pages;
  private final Administrators administrators;
  private final Insiders insiders;

  public ProxyControl(AccountBook accounts, Telemetry telemetry, SocksSide socks) {
    this.accounts = accounts;
    this.telemetry = telemetry;
    this.socks = socks;
    this.pages = new UserPages(accounts);
    this.administrators = new Administrators(accounts, socks.services(), telemetry.securityLog());
    this.insiders = new Insiders(accounts);
  }

  // Coming in

  /**
   * Verifies an administrator. Does not block. A refusal is in the security log, and takes as long
   * whatever its reason is, empty names included.
   */
  public CompletionStage<Login> login(
      ManagementDoor door, InetSocketAddress client, byte[] name, byte[] password) {
    return administrators.login(door, client, name, password);
  }

  /**
   * An administrator who has logged in stays in for a while.
   *
   * @param end called, on any thread and maybe more than once, when the account is removed,
   *     disabled, renamed, no administrator's any more, or has another password; must not block
   * @return to be run when they leave
   */
  public Runnable enters(Actor actor, Runnable end) {
    return insiders.enters(actor.name(), end);
  }

  /** Somebody showed a wrong token. */
  public void wrongToken(ManagementDoor door, InetSocketAddress client) {
    administrators.wrongToken(door, client);
  }

  /** A source is closed out at a door; {@code ignored} adds to the counter of datagrams. */
  public void refused(ManagementDoor door, InetSocketAddress client) {
    administrators.refused(door, client);
  }

  /** A datagram was dropped without an answer. */
  public void datagramDropped() {
    telemetry.counters().shared().add(Counter.MANAGEMENT_DATAGRAMS_DROPPED, 1);
  }

  // Users

  /** The first {@code limit} users that are enabled, in the order of their octets. */
  public List<KnownUser> enabledUsers(int limit) {
    List<KnownUser> found = new ArrayList<>();
    UserName after = null;
    List<Account> some;
    do {
      some = accounts.list(after, limit);
      for (Account account : some) {
        after = account.name();
        if (account.enabled() && found.size() < limit) {
          found.add(KnownUser.of(account));
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
  public List<KnownUser> users(@Nullable UserName after, int limit) {
    return accounts.list(after, limit).stream().map(KnownUser::of).toList();
  }

  /** Their names alone, as above: much less work where there are many. */
  public List<UserName> userNames(@Nullable UserName after, int limit) {
    return accounts.names(after, limit);
  }

  public int userCount() {
    return accounts.count();
  }

  /** One user; null: there is none of this name. */
  public @Nullable KnownUser user(UserName name) {
    Account account = accounts.find(name);
    return account == null ? null : KnownUser.of(account);
  }

  /** How many pages there are of {@code octets} for names, with a length octet each. */
  public int userPages(int octets, int names) {
    return pages.count(new UserPages.Shape(octets, names));
  }

  /** A page of them, from 1; null: there is none of this number. */
  public @Nullable List<KnownUser> userPage(long page, int octets, int names) {
    List<Account> found = pages.page(page, new UserPages.Shape(octets, names));
    return found == null ? null : found.stream().map(KnownUser::of).toList();
  }

  /** Adds a user who is no administrator. */
  public Change addUser(Actor actor, UserName name, byte[] password) {
    return userChange(actor, Operation.ADD_USER, name, user -> accounts.add(user, password, false));
  }

  /** Removes a user, whose open connections are closed. */
  public Change removeUser(Actor actor, UserName name) {
    return userChange(actor, Operation.REMOVE_USER, name, accounts::remove);
  }

  public Change renameUser(Actor actor, UserName name, UserName newName) {
    return Attempts.change(
        actor,
        Operation.RENAME_USER,
        "rename-user " + AuditLog.quoted(name.escaped()) + " " + AuditLog.quoted(newName.escaped()),
        () -> outcome(accounts.rename(name, newName)));
  }

  public Change setPassword(Actor actor, UserName name, byte[] password) {
    return userChange(
        actor, Operation.SET_PASSWORD, name, user -> accounts.changePassword(user, password));
  }

  /** Lets a user log in, or no longer, and closes the connections of who may not. */
  public Change setEnabled(Actor actor, UserName name, boolean enabled) {
    return userChange(
        actor, Operation.ENABLE_USER, name, user -> accounts.setEnabled(user, enabled));
  }

  public Change setAdministrator(Actor actor, UserName name, boolean administrator) {
    return userChange(
        actor, Operation.SET_ADMINISTRATOR, name, user -> accounts.setAdmin(user, administrator));
  }

  // Connections

  /**
   * Open connections, ascending by number.
   *
   * @param after only greater numbers, unsigned
   * @param limit at most so many
   * @param user only this user's; null: everybody's
   */
  public List<ConnectionEntry> connections(long after, int limit, @Nullable UserName user) {
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
  public List<ConnectionEntry> endedAfter(long after, int limit) {
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
   * Ended connections, newest first.
   *
   * @param cursor {@link Journal#NEWEST}, or {@link History#older} of the page before
   */
  public History history(long cursor, int limit) {
    Journal.Page page = telemetry.journal().page(cursor, Math.max(1, limit));
    return new History(page.connections().stream().map(ConnectionEntry::of).toList(), page.older());
  }

  /** A page of the journal; {@code older}: the cursor of what follows, 0: nothing does. */
  public record History(List<ConnectionEntry> connections, long older) {
    public History {
      connections = List.copyOf(connections);
    }
  }

  /** How many connections a user has open. */
  public int connectionsOf(UserName user) {
    return telemetry.connections().countOf(user.text());
  }

  /** How many users have a connection open. */
  public int usersConnected() {
    return telemetry.connections().users().size();
  }

  /** Ends a connection within a turn of its loop. */
  public Change kill(Actor actor, long id) {
    return Attempts.change(
        actor,
        Operation.KILL,
        "kill " + id,
        () -> {
          LiveConnection connection = telemetry.connections().find(id);
          if (connection == null) {
            return new Change.NoSuchConnection();
          }
          connection.askToEnd(EndReason.KILLED);
          return DONE;
        });
  }

  // Figures and settings

  public Figures figures() {
    return Figures.of(telemetry);
  }

  public Settings settings() {
    return socks.settings();
  }

  /** For open connections too. */
  public Change setIdleTimeout(Actor actor, long seconds) {
    return Attempts.ranged(
        actor,
        Operation.SET_IDLE_TIMEOUT,
        seconds,
        0,
        Settings.MAX_IDLE_SECONDS,
        () -> socks.relay().idleTimeout(Duration.ofSeconds(seconds)));
  }

  public Change setSelectorTimeout(Actor actor, long millis) {
    return Attempts.ranged(
        actor,
        Operation.SET_SELECTOR_TIMEOUT,
        millis,
        Settings.MIN_SELECTOR_MILLIS,
        Settings.MAX_SELECTOR_MILLIS,
        () -> socks.selectorTimeout(Duration.ofMillis(millis)));
  }

  /** For connections opened from now on. */
  public Change setBufferSize(Actor actor, long octets) {
    return Attempts.ranged(
        actor,
        Operation.SET_BUFFER_SIZE,
        octets,
        Settings.MIN_BUFFER_OCTETS,
        Settings.MAX_BUFFER_OCTETS,
        () -> socks.relay().bufferOctets((int) octets));
  }

  /**
   * Off: the SOCKS side admits NO AUTHENTICATION at once, beside what is configured. On: it does
   * not, though it be configured. No door is opened by it.
   */
  public Change switchAuthentication(Actor actor, boolean on) {
    return Attempts.switched(
        actor, Operation.SWITCH_AUTHENTICATION, on, () -> socks.authentication(on));
  }

  /** For connections opened from now on. */
  public Change switchDissectors(Actor actor, boolean on) {
    return Attempts.switched(
        actor, Operation.SWITCH_DISSECTORS, on, () -> socks.relay().dissectors(on));
  }

  // The SOCKS side as a whole

  public Status status() {
    return socks.status();
  }

  public Change start(Actor actor) {
    return Attempts.change(actor, Operation.START, "start", socks::start);
  }

  /** Closes the SOCKS listeners and connections; the doors stay open. */
  public Change stop(Actor actor) {
    return Attempts.change(actor, Operation.STOP, "stop", socks::stop);
  }

  /** Closes every SOCKS connection, reads the configuration again, and listens again. */
  public Change reset(Actor actor) {
    return Attempts.change(actor, Operation.RESET, "reset", socks::reset);
  }

  // How a change goes

  /** An account's change. */
  private interface OnAccount {
    Outcome apply(UserName user);
  }

  private Change userChange(Actor actor, Operation operation, UserName name, OnAccount action) {
    return Attempts.change(
        actor,
        operation,
        Attempts.words(operation) + " " + AuditLog.quoted(name.escaped()),
        () -> outcome(action.apply(name)));
  }

  private Change outcome(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done() -> {
        pages.changed();
        yield DONE;
      }
      case Outcome.AlreadyThere(boolean samePassword) -> new Change.UserExists(samePassword);
      case Outcome.NoSuchUser() -> new Change.NoSuchUser();
      case Outcome.Full _ -> new Change.UserLimitReached();
      case Outcome.LastAdministrator() ->
          new Change.NotAllowed("it would leave no enabled administrator");
      case Outcome.Invalid(String reason) -> new Change.OutOfRange(reason);
    };
  }
}
