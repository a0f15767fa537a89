package dev.argyle.server.control;

import dev.argyle.server.account.Account;
import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.AccountStoreException;
import dev.argyle.server.account.User;
import dev.argyle.server.admission.Admission;
import dev.argyle.server.history.Archive;
import dev.argyle.server.telemetry.Door;
import dev.argyle.server.telemetry.Journal;
import dev.argyle.server.telemetry.Telemetry;
import dev.argyle.wire.UserName;
import dev.argyle.wire.bottler.BottlerToken;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
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

  private final AccountBook accounts;
  private final Telemetry telemetry;
  private final SocksControl socks;
  private final UserPages pages;
  private final Administrators administrators;
  private final AdminSessions sessions;
  private final Changes changes;
  private final UserControl userControl;
  private final ConnectionControl connectionControl;
  private final RuleControl ruleControl;
  private final SecurityControl securityControl;
  private final HistoryControl historyControl;

  /**
   * @param token what Bottler's clients must show, asked for each datagram
   */
  public ProxyControl(
      AccountBook accounts,
      Telemetry telemetry,
      Admission admission,
      SocksControl socks,
      Archive archive,
      Supplier<BottlerToken> token) {
    this.accounts = accounts;
    this.telemetry = telemetry;
    this.socks = socks;
    this.pages = new UserPages(accounts);
    this.administrators =
        new Administrators(accounts, admission, telemetry.counters().shared(), token);
    this.sessions = new AdminSessions(accounts);
    this.changes = new Changes(sessions);
    this.userControl =
        new UserControl(
            accounts, telemetry.connections(), admission.accounts(), socks::egresses, changes);
    this.connectionControl = new ConnectionControl(telemetry, accounts, changes);
    this.ruleControl = new RuleControl(socks, userControl::ownRules);
    this.securityControl = new SecurityControl(admission, telemetry, changes);
    this.historyControl = new HistoryControl(archive, changes);
  }

  // What one protocol alone offers

  /** Users, for a door that shows all of them. */
  public UserControl userControl() {
    return userControl;
  }

  /** Open connections, searched and ended. */
  public ConnectionControl connectionControl() {
    return connectionControl;
  }

  /** The rules that are in force. */
  public RuleControl ruleControl() {
    return ruleControl;
  }

  /** Penalties, malformed handshakes, and who has changed what. */
  public SecurityControl securityControl() {
    return securityControl;
  }

  /** What is kept on disk of the past. */
  public HistoryControl historyControl() {
    return historyControl;
  }

  // Coming in

  /**
   * Verifies an administrator's, or a viewer's, name and password. Does not block. A refusal is
   * logged and penalised, and takes as long whatever its reason is, empty names included.
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

  static void check(Actor actor, Operation operation) {
    if (!actor.may(operation)) {
      throw new SecurityException(operation + " is not for this session");
    }
  }

  // Users

  /** The first {@code limit} users that are enabled, in the order of their octets. */
  public List<UserName> enabledUsers(Actor actor, int limit) {
    return userControl.enabled(actor, limit);
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
    return userControl.add(actor, name, password, false);
  }

  /** Removes a user, whose open connections are closed. */
  public Result removeUser(Actor actor, UserName name) {
    return userControl.remove(actor, name);
  }

  public Result renameUser(Actor actor, UserName name, UserName newName) {
    return userControl.rename(actor, name, newName);
  }

  public Result setPassword(Actor actor, UserName name, byte[] password) {
    return userControl.setPassword(actor, name, password);
  }

  /** Lets a user log in, or no longer, and closes the connections of who may not. */
  public Result setEnabled(Actor actor, UserName name, boolean enabled) {
    return userControl.setEnabled(actor, name, enabled);
  }

  public Result setAdministrator(Actor actor, UserName name, boolean administrator) {
    return userControl.setAdministrator(actor, name, administrator);
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
    ConnectionFilter filter = user == null ? ConnectionFilter.ALL : ConnectionFilter.of(user);
    return connectionControl.list(actor, filter, after, limit);
  }

  /** Ended connections that are still in the journal, ascending by number, as above. */
  public List<ConnectionEntry> endedAfter(Actor actor, long after, int limit) {
    return connectionControl.endedAfter(actor, after, limit);
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

  /** How many connections a user has open; empty: no such user. */
  public OptionalInt connectionsOf(Actor actor, UserName user) {
    return connectionControl.countOf(actor, user);
  }

  /** Ends a connection within a turn of its loop. */
  public Result kill(Actor actor, long id) {
    return connectionControl.kill(actor, id);
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

  /** What the configuration says of the same. */
  public Settings configuredSettings(Actor actor) {
    check(actor, Operation.READ_SETTINGS);
    return socks.configuredSettings();
  }

  /** For open connections too. */
  public Result setIdleTimeout(Actor actor, long seconds) {
    Settings settings = socks.settings();
    return changes.setNumber(
        actor,
        Operation.SET_IDLE_TIMEOUT,
        seconds,
        new Changes.Range(settings.idleSeconds(), 0, Settings.MAX_IDLE_SECONDS),
        () -> socks.relay().idleTimeout(Duration.ofSeconds(seconds)));
  }

  public Result setSelectorTimeout(Actor actor, long millis) {
    return changes.setNumber(
        actor,
        Operation.SET_SELECTOR_TIMEOUT,
        millis,
        new Changes.Range(
            socks.settings().selectorMillis(),
            Settings.MIN_SELECTOR_MILLIS,
            Settings.MAX_SELECTOR_MILLIS),
        () -> socks.selectorTimeout(Duration.ofMillis(millis)));
  }

  /** For connections opened from now on. */
  public Result setBufferSize(Actor actor, long octets) {
    return changes.setNumber(
        actor,
        Operation.SET_BUFFER_SIZE,
        octets,
        new Changes.Range(
            socks.settings().bufferOctets(),
            Settings.MIN_BUFFER_OCTETS,
            Settings.MAX_BUFFER_OCTETS),
        () -> socks.relay().bufferOctets((int) octets));
  }

  /**
   * Off: the SOCKS side admits NO AUTHENTICATION at once, beside what is configured. On: it does
   * not, even if it is configured. The doors are not affected.
   */
  public Result switchAuthentication(Actor actor, boolean on) {
    boolean now = socks.settings().authentication();
    return changes.setSwitch(
        actor, Operation.SWITCH_AUTHENTICATION, now, on, () -> socks.authentication(on));
  }

  /** For connections opened from now on. */
  public Result switchDissectors(Actor actor, boolean on) {
    boolean now = socks.settings().dissectors();
    return changes.setSwitch(
        actor, Operation.SWITCH_DISSECTORS, now, on, () -> socks.relay().dissectors(on));
  }

  // The SOCKS side as a whole

  /** Where the SOCKS side listens; empty while it is stopped. */
  public List<InetSocketAddress> listening(Actor actor) {
    check(actor, Operation.STATUS);
    return socks.listening();
  }

  /** Whether the SOCKS side accepts nobody while clients that are in go on. */
  public boolean draining(Actor actor) {
    check(actor, Operation.STATUS);
    return socks.isDraining();
  }

  public Result start(Actor actor) {
    return ofSocks(actor, Operation.START, socks::start);
  }

  /** Closes the SOCKS listeners and connections; the doors stay open. */
  public Result stop(Actor actor) {
    return ofSocks(actor, Operation.STOP, socks::stop);
  }

  /** Closes every SOCKS connection, reads the configuration again, and listens again. */
  public Result reset(Actor actor) {
    return ofSocks(actor, Operation.RESET, socks::reset);
  }

  /** Closes the SOCKS listeners; connections go on until they end by themselves. */
  public Result drain(Actor actor) {
    return ofSocks(actor, Operation.DRAIN, socks::drainForNow);
  }

  private Result ofSocks(Actor actor, Operation operation, Supplier<Result> action) {
    Change.Note note = new Change.Note();
    note.from(socks.stateWord());
    return changes.change(actor, operation, Changes.words(operation), note, action);
  }
}
