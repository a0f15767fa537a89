package dev.argyle.cli.door;

import dev.argyle.client.manage.Connection;
import dev.argyle.client.manage.ManagementException;
import dev.argyle.wire.Password;
import dev.argyle.wire.UserName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A running server, spoken to by one of its protocols. What that protocol lacks, by {@link
 * Protocol#operations}, must not be asked: it is an {@link IllegalStateException}, for whoever
 * chose the door looked there first. A server that refuses, or does not answer, is a {@link
 * ManagementException}; what the protocol cannot carry is a {@link DoorProblem}.
 */
public sealed interface Door extends AutoCloseable permits FeedDoor, MassDoor, BottlerDoor {

  /**
   * How a server is, and what it is set to.
   *
   * @param running whether the SOCKS side listens
   * @param timeout of idle connections; 0: never
   * @param bufferOctets a direction
   */
  record Status(
      boolean running,
      long openConnections,
      Duration timeout,
      long bufferOctets,
      boolean authentication,
      boolean dissectors) {}

  /**
   * Users, sorted by octets.
   *
   * @param complete false: the protocol has no room for more, and there may be more
   */
  record Users(List<UserName> names, boolean complete) {
    public Users {
      names = List.copyOf(names);
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

  /** Some ended ones that the server remembers, as above. */
  default List<Connection> endedAfter(long after) throws ManagementException {
    throw lacking(Operation.HISTORY);
  }

  default void kill(long id) throws ManagementException {
    throw lacking(Operation.KILL);
  }

  /** The last malformed handshakes; no protocol of this version has them. */
  default void malformed() throws ManagementException {
    throw lacking(Operation.MALFORMED);
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

  @Override
  void close();

  private IllegalStateException lacking(Operation operation) {
    return new IllegalStateException(protocol().word() + " has no " + operation.words());
  }
}
