package dev.argyle.cli.door;

import dev.argyle.client.manage.Connection;
import dev.argyle.client.manage.ManagementException;
import dev.argyle.server.telemetry.AccountUsage.Used;
import dev.argyle.wire.Password;
import dev.argyle.wire.UserName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A running server, spoken to by one of its protocols. What that protocol lacks, by {@link
 * Protocol#operations}, must not be asked: it is an {@link IllegalStateException}, for whoever
 * chose the door looked there first. A server that refuses, or does not answer, is a {@link
 * ManagementException}; what the protocol cannot carry is a {@link DoorProblem}.
 */
public sealed interface Door extends AutoCloseable
    permits HttpDoor, FeedDoor, MassDoor, BottlerDoor {

  /**
   * How a server is, and what it is set to.
   *
   * @param running whether the SOCKS side listens
   * @param timeout of idle connections; 0: never
   * @param bufferOctets a direction
   * @param overview null: the protocol does not tell it
   */
  record Status(
      boolean running,
      long openConnections,
      Duration timeout,
      long bufferOctets,
      boolean authentication,
      boolean dissectors,
      @Nullable Overview overview) {}

  /**
   * How a server does.
   *
   * @param draining it lets open connections finish, and takes no new ones
   * @param octetsUp a second, from clients
   * @param octetsDown a second, to clients
   * @param refused clients and requests, since the start
   * @param bugs failures of the server itself
   * @param warnings what an operator should look at, and what to do
   */
  record Overview(
      String version,
      Duration uptime,
      boolean draining,
      long octetsUp,
      long octetsDown,
      long usersConnected,
      long refused,
      long bugs,
      List<String> warnings) {
    public Overview {
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * An ended connection.
   *
   * @param reason why it ended; null: the protocol does not tell
   * @param detail what exactly happened; null: the reason says all, or the protocol does not tell
   */
  record Ended(Connection connection, @Nullable String reason, @Nullable String detail) {}

  /**
   * Ended connections, newest first.
   *
   * @param total how many there are; -1: not known
   */
  record History(List<Ended> connections, long total) {
    public History {
      connections = List.copyOf(connections);
    }
  }

  /**
   * Which ended connections are wanted.
   *
   * @param parameters of the HTTP API, by their names; empty: all
   */
  record HistoryFilter(Map<String, String> parameters) {

    /** Wants all. */
    public static final HistoryFilter ALL = new HistoryFilter(Map.of());

    public HistoryFilter {
      parameters = Map.copyOf(parameters);
    }

    public boolean isEmpty() {
      return parameters.isEmpty();
    }
  }

  /**
   * A handshake that broke the protocol.
   *
   * @param octets the first of it, in hexadecimal
   */
  record Malformed(Instant at, String client, String reason, String octets) {}

  /**
   * A source that is penalised.
   *
   * @param until when the penalty has expired
   * @param state whether it is delayed or refused
   */
  record Penalty(String source, String door, Instant until, String state, String reason) {}

  /**
   * Users, sorted by octets.
   *
   * @param complete false: the protocol has no room for more, and there may be more
   * @param temporary those whom the server's command line has added, for this run; null: the
   *     protocol does not tell
   */
  record Users(List<UserName> names, boolean complete, @Nullable Set<UserName> temporary) {
    public Users {
      names = List.copyOf(names);
    }

    /** Whether the command line has added this one, as far as is known. */
    public boolean isTemporary(UserName name) {
      return temporary != null && temporary.contains(name);
    }

    /** By a protocol that does not tell whom the command line has added. */
    public Users(List<UserName> names, boolean complete) {
      this(names, complete, null);
    }
  }

  Protocol protocol();

  default Status status() throws ManagementException {
    throw lacking(Operation.STATUS);
  }

  /** The indexes of the protocol that may be used, by their numbers. */
  default Map<Integer, String> indexes() throws ManagementException {
    throw lacking(Operation.INDEXES);
  }

  default Users users() throws ManagementException {
    throw lacking(Operation.USERS);
  }

  default void addUser(UserName name, Password password) throws ManagementException, DoorProblem {
    throw lacking(Operation.ADD_USER);
  }

  default void removeUser(UserName name) throws ManagementException, DoorProblem {
    throw lacking(Operation.REMOVE_USER);
  }

  default void renameUser(UserName name, UserName newName) throws ManagementException, DoorProblem {
    throw lacking(Operation.RENAME_USER);
  }

  default void setPassword(UserName name, Password password)
      throws ManagementException, DoorProblem {
    throw lacking(Operation.SET_PASSWORD);
  }

  /** Lets a user log in, or no longer. */
  default void enableUser(UserName name, boolean enabled) throws ManagementException {
    throw lacking(Operation.ENABLE_USER);
  }

  /**
   * A user with their limits.
   *
   * @param temporary added by the server's command line, for this run
   * @param limits the user's own, the plan among them, by name
   * @param effective what holds: the user's own, and what the plan has besides
   * @param used what the user has used
   */
  record Shown(
      boolean enabled,
      boolean admin,
      boolean viewer,
      boolean temporary,
      long connections,
      Map<String, String> limits,
      Map<String, String> effective,
      Used used) {}

  default Shown showUser(UserName name) throws ManagementException {
    throw lacking(Operation.SHOW_USER);
  }

  /**
   * Changes a user's plan and limits.
   *
   * @param values by name; null takes the user's own value away
   */
  default void setAttributes(UserName name, Map<String, @Nullable String> values)
      throws ManagementException {
    throw lacking(Operation.SET_ATTRIBUTES);
  }

  /** Empty: never. */
  default Optional<Instant> lastConnection(UserName name) throws ManagementException, DoorProblem {
    throw lacking(Operation.LAST_CONNECTION);
  }

  /**
   * Some open connections, ascending by ID; none: there are no more.
   *
   * @param after only greater IDs
   */
  default List<Connection> openAfter(long after) throws ManagementException {
    throw lacking(Operation.CONNECTIONS);
  }

  /**
   * Ended connections that the server remembers.
   *
   * @param filter {@link HistoryFilter#ALL}, unless the protocol has {@link
   *     Operation#SEARCH_HISTORY}
   * @param limit at most so many
   */
  default History history(HistoryFilter filter, int limit) throws ManagementException {
    throw lacking(Operation.HISTORY);
  }

  /** Connections as they open and end, those that are wanted. */
  default Followed follow(Predicate<Connection> wanted) throws ManagementException {
    throw lacking(Operation.CONNECTIONS);
  }

  default void kill(long id) throws ManagementException {
    throw lacking(Operation.KILL);
  }

  /** The last malformed handshakes, newest first. */
  default List<Malformed> malformed() throws ManagementException {
    throw lacking(Operation.MALFORMED);
  }

  /** The sources that are penalised. */
  default List<Penalty> penalties() throws ManagementException {
    throw lacking(Operation.PENALTIES);
  }

  /** Ends a source's penalty. */
  default void forgive(String source) throws ManagementException {
    throw lacking(Operation.FORGIVE);
  }

  /** Those that the protocol tells. */
  default Map<Metric, Long> metrics() throws ManagementException {
    throw lacking(Operation.METRICS);
  }

  /** Of idle connections; 0: never. */
  default Duration timeout() throws ManagementException {
    throw lacking(Operation.TIMEOUT);
  }

  default void setTimeout(Duration time) throws ManagementException, DoorProblem {
    throw lacking(Operation.SET_TIMEOUT);
  }

  default Duration selectorTimeout() throws ManagementException {
    throw lacking(Operation.SELECTOR_TIMEOUT);
  }

  default void setSelectorTimeout(Duration time) throws ManagementException, DoorProblem {
    throw lacking(Operation.SET_SELECTOR_TIMEOUT);
  }

  /** In octets. */
  default long bufferSize() throws ManagementException {
    throw lacking(Operation.BUFFER_SIZE);
  }

  default void setBufferSize(long octets) throws ManagementException, DoorProblem {
    throw lacking(Operation.SET_BUFFER_SIZE);
  }

  default boolean dissectors() throws ManagementException {
    throw lacking(Operation.DISSECTORS);
  }

  default void switchDissectors(boolean on) throws ManagementException {
    throw lacking(Operation.SWITCH_DISSECTORS);
  }

  default boolean authentication() throws ManagementException {
    throw lacking(Operation.AUTHENTICATION);
  }

  default void switchAuthentication(boolean on) throws ManagementException {
    throw lacking(Operation.SWITCH_AUTHENTICATION);
  }

  default void start() throws ManagementException {
    throw lacking(Operation.START);
  }

  default void stop() throws ManagementException {
    throw lacking(Operation.STOP);
  }

  default void reset() throws ManagementException {
    throw lacking(Operation.RESET);
  }

  /** Takes no new connections, and lets open ones finish. */
  default void drain() throws ManagementException {
    throw lacking(Operation.DRAIN);
  }

  @Override
  void close();

  private IllegalStateException lacking(Operation operation) {
    return new IllegalStateException(protocol().word() + " has no " + operation.words());
  }
}
