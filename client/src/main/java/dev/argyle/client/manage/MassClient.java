package dev.argyle.client.manage;

import dev.argyle.client.manage.ManagementException.Reason;
import dev.argyle.wire.Deadline;
import dev.argyle.wire.Password;
import dev.argyle.wire.UserName;
import dev.argyle.wire.mass.MassChoice;
import dev.argyle.wire.mass.MassGreeting;
import dev.argyle.wire.mass.MassIndex;
import dev.argyle.wire.mass.MassMethod;
import dev.argyle.wire.mass.MassReply;
import dev.argyle.wire.mass.MassRequest;
import dev.argyle.wire.socks.Credentials;
import dev.argyle.wire.socks.CredentialsReply;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Manages a server by the MASS Management Protocol, version 1, over TCP. MASS has one request a
 * connection, so every method connects and logs in anew. Immutable but for {@link #close}; threads
 * may share it.
 *
 * <pre>{@code
 * try (MassClient mass = MassClient.at("127.0.0.1", 8080).login(name, password).build()) {
 *   long open = mass.concurrentConnections();
 * }
 * }</pre>
 *
 * <p>Counters have 4 octets; 4294967295 also stands for all above.
 */
public final class MassClient implements AutoCloseable {

  private final Peer server;
  private final @Nullable Credentials login; // null: anonymous
  private final ByteOrder counters;
  private final Duration timeout;
  private volatile boolean closed;

  private MassClient(Builder builder) {
    server = new Peer("MASS", builder.address);
    login = builder.login;
    counters = builder.counters;
    timeout = builder.timeout;
  }

  /** Begins with a server's name or address; a name is looked up for every connection. */
  public static Builder at(String host, int port) {
    return at(InetSocketAddress.createUnresolved(host, port));
  }

  /** Begins with a server's address. */
  public static Builder at(InetSocketAddress server) {
    return new Builder(server);
  }

  /** The indexes that this session may use; those that we do not know are left out. */
  public Set<MassIndex> indexes() throws ManagementException {
    return as(MassReply.Indexes.class, read(MassIndex.INDEXES)).indexes();
  }

  /** The registered, enabled users, sorted: the first 255, for MASS tells of no more. */
  public List<UserName> activeUsers() throws ManagementException {
    return as(MassReply.Users.class, read(MassIndex.ACTIVE_USERS)).names();
  }

  /** SOCKS connections so far. */
  public long historicConnections() throws ManagementException {
    return count(MassIndex.HISTORIC_CONNECTIONS);
  }

  public long concurrentConnections() throws ManagementException {
    return count(MassIndex.CONCURRENT_CONNECTIONS);
  }

  /** The most that were open at once. */
  public long maxConcurrentConnections() throws ManagementException {
    return count(MassIndex.MAX_CONCURRENT_CONNECTIONS);
  }

  /** Relayed both ways. */
  public long historicOctets() throws ManagementException {
    return count(MassIndex.HISTORIC_OCTETS);
  }

  public long authenticationAttempts() throws ManagementException {
    return count(MassIndex.AUTHENTICATION_ATTEMPTS);
  }

  /** Requests, successful or not. */
  public long connectionAttempts() throws ManagementException {
    return count(MassIndex.CONNECTION_ATTEMPTS);
  }

  public long averageOctetsPerRead() throws ManagementException {
    return count(MassIndex.AVERAGE_OCTETS_PER_READ);
  }

  public long averageOctetsPerWrite() throws ManagementException {
    return count(MassIndex.AVERAGE_OCTETS_PER_WRITE);
  }

  /**
   * Adds a proxy user, who is no administrator.
   *
   * @param name ASCII
   */
  public void addUser(UserName name, Password password) throws ManagementException {
    change(new MassRequest.AddUser(name, password));
  }

  /**
   * Deletes a user, and closes its connections.
   *
   * @param name ASCII
   */
  public void deleteUser(UserName name) throws ManagementException {
    change(new MassRequest.DeleteUser(name));
  }

  /** On the SOCKS side; the management side is never opened. */
  public void disableAuthentication(boolean off) throws ManagementException {
    change(new MassRequest.DisableAuthentication(off));
  }

  public void disableDissectors(boolean off) throws ManagementException {
    change(new MassRequest.DisableDissectors(off));
  }

  private MassReply read(MassIndex index) throws ManagementException {
    return exchange(new MassRequest.Read(index));
  }

  private long count(MassIndex index) throws ManagementException {
    return as(MassReply.Count.class, read(index)).value();
  }

  private void change(MassRequest request) throws ManagementException {
    as(MassReply.Done.class, exchange(request));
  }

  private static <R extends MassReply> R as(Class<R> kind, MassReply reply) {
    return kind.cast(reply); // the codec reads by what was asked
  }

  /** One connection: greeting, authentication, request, reply. */
  private MassReply exchange(MassRequest request) throws ManagementException {
    if (closed) {
      throw new IllegalStateException("closed");
    }
    String asked = words(request.index());
    Deadline until = Deadline.after(timeout);
    try (ServerConnection connection = ServerConnection.tcp(server, until)) {
      logIn(connection, until);
      MassReply reply =
          connection.exchange(asked, request, in -> MassReply.read(in, request, counters), until);
      if (reply instanceof MassReply.Failure(var status)) {
        throw server.refused(asked, Refusal.of(status));
      }
      return reply;
    }
  }

  private void logIn(ServerConnection connection, Deadline until) throws ManagementException {
    MassMethod method = login == null ? MassMethod.NONE : MassMethod.PASSWORD;
    MassChoice choice =
        connection.exchange("log in", new MassGreeting(Set.of(method)), MassChoice::read, until);
    if (choice == MassChoice.NONE_ACCEPTABLE) {
      throw refused(
          "the server admits nobody "
              + (login == null ? "without" : "with")
              + " a name and password");
    }
    if (choice != MassChoice.of(method)) {
      throw server.broken("log in", "it chose a method that was not offered");
    }
    if (login != null
        && connection.exchange("log in", login, CredentialsReply::read, until)
            == CredentialsReply.REFUSED) {
      throw refused("name or password is wrong, or the user is not an administrator");
    }
  }

  private ManagementException refused(String words) {
    return server.failure("log in", new Reason.LoginRefused(words));
  }

  private static String words(MassIndex index) {
    return index.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
  }

  /** Nothing is asked through it any more. It holds no connection. */
  @Override
  public void close() {
    closed = true;
  }

  /** The server; never the credentials. */
  @Override
  public String toString() {
    return "MassClient[" + server.shown() + "]";
  }

  /** Says what a client is, once. Not for several threads. */
  public static final class Builder {

    private final InetSocketAddress address;
    private @Nullable Credentials login;
    private ByteOrder counters = ByteOrder.BIG_ENDIAN;
    private Duration timeout = Duration.ofSeconds(10);

    private Builder(InetSocketAddress address) {
      this.address = address;
    }

    /**
     * As which administrator; unless set, nobody in particular, who may only read, and only where
     * the server is configured so.
     */
    public Builder login(UserName name, Password password) {
      login = new Credentials(name.octets(), password.value());
      return this;
    }

    /** In which order the server writes its counters; network order unless set. */
    public Builder counters(ByteOrder order) {
      counters = order;
      return this;
    }

    /**
     * How long a call may take, connecting included; 10 s unless set.
     *
     * @param time more than 0
     */
    public Builder timeout(Duration time) {
      timeout = Deadline.positive(time);
      return this;
    }

    /** The client; nothing is sent yet. */
    public MassClient build() {
      return new MassClient(this);
    }
  }
}
