package dev.argyle.server.telemetry;

import dev.argyle.wire.RuleRef;
import dev.argyle.wire.Source;
import dev.argyle.wire.socks.Command;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection from accept to end. The loop that owns it writes. Any thread reads, and
 * may be an instant late; any thread may ask for its end. Small (80 octets), because there may be a
 * hundred thousand.
 */
public final class LiveConnection {
  /** {@link #reply()} before there was one. */
  public static final int NO_REPLY = -1;

  private static final byte NO_COMMAND = -1;
  private static final Command[] COMMANDS = Command.values();
  private static final byte NOBODY_ASKED = -1;
  private static final EndReason[] REASONS = EndReason.values();

  /** Two clocks are not read at the same instant: less than this is no clock that was set. */
  private static final int ROUNDING_MILLIS = 100;

  private static final VarHandle UP = octets("up");
  private static final VarHandle DOWN = octets("down");

  /** Who can end the connection: the handshake at first, its tunnel later. */
  public interface Owner {
    /**
     * Asks the owning loop to end the connection soon; called by any thread, maybe more than once,
     * maybe after the end. Returns at once.
     */
    void end(EndReason reason);

    /**
     * When payload last passed, by {@link System#nanoTime}; called by any thread, and may be an
     * instant late.
     *
     * @param startNanos when the connection was accepted: the answer where nothing has passed yet
     */
    default long lastActiveNanos(long startNanos) {
      return startNanos;
    }

    /** The client's account may have other limits now; called by any thread, returns at once. */
    default void accountChanged() {}
  }

  /** Where the usage of users is added up. */
  public interface UsageSink {
    /**
     * Adds to what a user has used; any thread, and it must not wait.
     *
     * @param connections 1: the first call for a connection
     */
    void add(String user, long up, long down, int connections);
  }

  /**
   * Who has logged in, with which password, and what of this connection is in the user's usage
   * already: under this object's monitor, for a loop and the usage's thread may both add.
   */
  private static final class Login {
    final String user;
    final long stamp;
    final @Nullable AccountUsage usage; // null: of nobody who is in the store
    boolean counted;
    long countedUp;
    long countedDown;

    Login(String user, long stamp, @Nullable AccountUsage usage) {
      this.user = user;
      this.stamp = stamp;
      this.usage = usage;
    }
  }

  private final long id;
  private final long startMillis;
  private final long startNanos;
  private final InetAddress client;
  private final char clientPort;
  private long up;
  private long down;
  private volatile Owner owner;
  private volatile byte asked = NOBODY_ASKED; // its ordinal
  private volatile @Nullable Login login; // one reference: a hundred thousand may be anonymous
  // The next two become visible with the volatile command, which is written last and read first.
  private @Nullable String destination;
  private char destinationPort;
  private volatile byte command = NO_COMMAND; // its ordinal
  private @Nullable RuleRef rule; // becomes visible with the reply at the latest
  private volatile byte reply = NO_REPLY;
  private @Nullable InetAddress outgoing; // becomes visible with the reply

  LiveConnection(
      long id, long startMillis, long startNanos, InetAddress client, int clientPort, Owner owner) {
    this.id = id;
    this.startMillis = startMillis;
    this.startNanos = startNanos;
    this.client = client;
    this.clientPort = (char) clientPort;
    this.owner = owner;
  }

  /** Unique in this process, ascending from 1 in the order of accepts. */
  public long id() {
    return id;
  }

  /** When it was accepted, milliseconds since 1970. */
  public long startMillis() {
    return startMillis;
  }

  /** When it was accepted, by {@link System#nanoTime}. */
  public long startNanos() {
    return startNanos;
  }

  /** The client's address. */
  public InetAddress client() {
    return client;
  }

  /** The client's port. */
  public int clientPort() {
    return clientPort;
  }

  /** Who authenticated, or null. */
  public @Nullable String user() {
    Login known = login;
    return known == null ? null : known.user;
  }

  /** Whom it counts for: its user, or its {@link Source} as long as it has no name. */
  public Object whose() {
    String name = user();
    return name == null ? Source.of(client) : name;
  }

  /** What was asked for, or null before a request came that could be read. */
  public @Nullable Command command() {
    byte asked = command;
    return asked == NO_COMMAND ? null : COMMANDS[asked];
  }

  /** Host of the request: an address as RFC 5952 has it, or a name as the client wrote it. */
  public @Nullable String destination() {
    return command == NO_COMMAND ? null : destination;
  }

  /** Port of the request; 0 before it came. */
  public int destinationPort() {
    return command == NO_COMMAND ? 0 : destinationPort;
  }

  /**
   * Which rule decided about the request, or null as long as none was asked. Of a name with several
   * addresses: about the one that was connected, or the last that was tried. Of UDP: about the
   * newest destination.
   */
  public @Nullable RuleRef rule() {
    return rule;
  }

  /**
   * For how long no payload has passed, in nanoseconds; since accept if none has at all.
   *
   * @param nowNanos by {@link System#nanoTime}
   */
  public long idleNanos(long nowNanos) {
    return Math.max(0, nowNanos - owner.lastActiveNanos(startNanos));
  }

  /**
   * The local address that it leaves by towards its destination, or at which its peer is awaited;
   * null before there is one, and where the system chooses it for each datagram.
   */
  public @Nullable InetAddress outgoing() {
    return outgoing;
  }

  /** The SOCKS reply sent, or {@link #NO_REPLY}. */
  public int reply() {
    return reply;
  }

  /** Payload octets taken from the client. */
  public long up() {
    return (long) UP.getOpaque(this);
  }

  /** Payload octets given to the client. */
  public long down() {
    return (long) DOWN.getOpaque(this);
  }

  /** Which password the user has logged in with, as the accounts tell; 0: without one. */
  public long stamp() {
    Login known = login;
    return known == null ? 0 : known.stamp;
  }

  /** The owning loop: the client has authenticated, without a password. */
  public void authenticated(String name) {
    authenticated(name, 0);
  }

  /**
   * The owning loop: the client has authenticated.
   *
   * @param ofAccount see {@link #stamp}
   */
  public void authenticated(String name, long ofAccount) {
    authenticated(name, ofAccount, null);
  }

  /**
   * As above.
   *
   * @param usage where what passes is counted for its account, besides; null: nowhere
   */
  public void authenticated(String name, long ofAccount, @Nullable AccountUsage usage) {
    login = new Login(name, ofAccount, usage);
  }

  /**
   * The owning loop: a request came. At most once.
   *
   * @param host an address as RFC 5952 has it, or a name as the client wrote it
   */
  public void requested(Command what, String host, int port) {
    destination = host;
    destinationPort = (char) port;
    command = (byte) what.ordinal();
  }

  /** The owning loop: a rule was asked, and has decided. */
  public void decided(RuleRef by) {
    rule = by;
  }

  /** The owning loop: a socket towards the destination has this local address; before the reply. */
  public void leavesFrom(InetAddress local) {
    outgoing = local;
  }

  /** The owning loop: the reply to the request, or the last of two (BIND). */
  public void replied(int code) {
    reply = (byte) code;
  }

  /** The owning loop: payload came from the client. */
  public void addUp(long octets) {
    UP.setOpaque(this, up + octets);
  }

  /** The owning loop: payload went to the client. */
  public void addDown(long octets) {
    DOWN.setOpaque(this, down + octets);
  }

  /** The owning loop: hands over. A request to end that the last owner missed is repeated. */
  public void handTo(Owner successor) {
    owner = successor;
    byte request = asked;
    if (request != NOBODY_ASKED) {
      successor.end(REASONS[request]);
    }
  }

  /**
   * Any thread: adds to its user's usage, and to its account's, what came since the last call;
   * without a user, nothing.
   */
  public void count(UsageSink usage) {
    Login known = login;
    if (known == null) {
      return;
    }
    synchronized (known) {
      long nowUp = up();
      long nowDown = down();
      if (!known.counted || nowUp != known.countedUp || nowDown != known.countedDown) {
        long moreUp = nowUp - known.countedUp;
        long moreDown = nowDown - known.countedDown;
        int connections = known.counted ? 0 : 1;
        usage.add(known.user, moreUp, moreDown, connections);
        if (known.usage != null) {
          known.usage.add(moreUp, moreDown, connections);
        }
        known.counted = true;
        known.countedUp = nowUp;
        known.countedDown = nowDown;
      }
    }
  }

  /** Any thread: asks the owner to end this connection, for instance {@link EndReason#KILLED}. */
  public void askToEnd(EndReason reason) {
    asked =
        (byte) reason.ordinal(); // before the owner is read: whoever takes over meanwhile sees it
    owner.end(reason);
  }

  /** Any thread: tells the owner that the account may have other limits now. */
  public void accountChanged() {
    owner.accountChanged();
  }

  EndedConnection ended(Ending ending, long endMillis, long endNanos) {
    long durationMillis = Math.max(0, TimeUnit.NANOSECONDS.toMillis(endNanos - startNanos));
    long begun = endMillis - durationMillis;
    boolean wasSet = Math.abs(begun - startMillis) > ROUNDING_MILLIS; // the clock, meanwhile
    return new EndedConnection(
        id,
        wasSet ? begun : startMillis, // as whoever has seen it open was told
        wasSet ? endMillis : startMillis + durationMillis,
        client,
        clientPort,
        user(),
        command(),
        destination(),
        destinationPort(),
        reply,
        up(),
        down(),
        ending,
        rule,
        outgoing);
  }

  private static VarHandle octets(String field) {
    try {
      return MethodHandles.lookup().findVarHandle(LiveConnection.class, field, long.class);
    } catch (ReflectiveOperationException bug) {
      throw new ExceptionInInitializerError(bug);
    }
  }
}
