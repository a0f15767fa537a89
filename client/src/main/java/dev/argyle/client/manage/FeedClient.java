package dev.argyle.client.manage;

import dev.argyle.client.manage.ManagementException.Reason;
import dev.argyle.wire.Deadline;
import dev.argyle.wire.Password;
import dev.argyle.wire.UserName;
import dev.argyle.wire.feed.FeedCode;
import dev.argyle.wire.feed.FeedFigure;
import dev.argyle.wire.feed.FeedLogin;
import dev.argyle.wire.feed.FeedLoginReply;
import dev.argyle.wire.feed.FeedRequest;
import dev.argyle.wire.feed.FeedResponse;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Manages a server by FEED, the Socks5d Monitoring and Configuration Protocol, over SCTP or TCP.
 * One association, on which any number of requests go one after the other. Used by one thread at a
 * time.
 *
 * <pre>{@code
 * try (FeedClient feed = FeedClient.at("127.0.0.1", 8080).login(name, password).connect()) {
 *   List<UserName> users = feed.users();
 * }
 * }</pre>
 *
 * <p>After a {@link ManagementException} other than a refusal the association is closed, and so is
 * this. FEED pushes nothing: what happens is learnt by asking.
 */
public final class FeedClient implements AutoCloseable {

  /** How many connections an answer lists at most. */
  public static final int MAX_CONNECTIONS = FeedResponse.MAX_RECORDS;

  private final Peer server;
  private final ServerConnection connection;
  private final Duration timeout;

  private FeedClient(Peer server, ServerConnection connection, Duration timeout) {
    this.server = server;
    this.connection = connection;
    this.timeout = timeout;
  }

  /** Begins with a server's name or address. */
  public static Builder at(String host, int port) {
    return at(InetSocketAddress.createUnresolved(host, port));
  }

  /** Begins with a server's address. */
  public static Builder at(InetSocketAddress server) {
    return new Builder(server);
  }

  // Queries

  /** All users, sorted by octets. */
  public List<UserName> users() throws ManagementException {
    return answer("list users", new FeedRequest.ListUsers(), FeedResponse.Users.class).names();
  }

  /** SOCKS connections since the server started. */
  public long totalHistoricConnections() throws ManagementException {
    return figure(FeedFigure.TOTAL_HISTORIC_CONNECTIONS);
  }

  public long currentConnections() throws ManagementException {
    return figure(FeedFigure.CURRENT_CONNECTIONS);
  }

  /** The most that were open at once. */
  public long maxConcurrentConnections() throws ManagementException {
    return figure(FeedFigure.MAX_CONCURRENT_CONNECTIONS);
  }

  /** Octets relayed towards clients. */
  public long octetsSent() throws ManagementException {
    return figure(FeedFigure.OCTETS_SENT);
  }

  /** Octets relayed from clients. */
  public long octetsReceived() throws ManagementException {
    return figure(FeedFigure.OCTETS_RECEIVED);
  }

  /** Distinct users with a connection open. */
  public long usersConnected() throws ManagementException {
    return figure(FeedFigure.USERS_CONNECTED);
  }

  public long totalUsers() throws ManagementException {
    return figure(FeedFigure.TOTAL_USERS);
  }

  /** How late a timeout may be noticed. */
  public Duration selectorTimeout() throws ManagementException {
    return Duration.ofMillis(figure(FeedFigure.SELECTOR_TIMEOUT));
  }

  /** After which an idle connection is closed; 0: never. */
  public Duration connectionTimeout() throws ManagementException {
    return Duration.ofSeconds(figure(FeedFigure.CONNECTION_TIMEOUT));
  }

  /**
   * How many connections a user has open.
   *
   * @param user ASCII
   */
  public long connectionsOf(UserName user) throws ManagementException {
    return answer(
            "connections of a user",
            new FeedRequest.UserConnections(user),
            FeedResponse.UserConnections.class)
        .count();
  }

  /**
   * Open connections, ascending by their ID.
   *
   * @param after only greater IDs; 0: from the first
   * @param limit 0 to 65535; {@value #MAX_CONNECTIONS} come at most
   */
  public List<Connection> openConnections(long after, int limit) throws ManagementException {
    return connections(false, after, limit);
  }

  /** Ended connections that the server's journal still has, as above. */
  public List<Connection> endedConnections(long after, int limit) throws ManagementException {
    return connections(true, after, limit);
  }

  // Modifications

  /**
   * Adds a proxy user, who is no administrator.
   *
   * @param name ASCII
   */
  public void addUser(UserName name, Password password) throws ManagementException {
    change(new FeedRequest.AddUser(name, password));
  }

  /**
   * Removes a user, and closes its connections.
   *
   * @param name ASCII
   */
  public void removeUser(UserName name) throws ManagementException {
    change(new FeedRequest.RemoveUser(name));
  }

  /** The credential dissectors. */
  public void setPasswordSpoofing(boolean on) throws ManagementException {
    change(new FeedRequest.SetPasswordSpoofing(on));
  }

  /**
   * How late a timeout may be noticed.
   *
   * @param time 10 ms to 60 s. A part of a millisecond counts as a whole one
   */
  public void setSelectorTimeout(Duration time) throws ManagementException {
    change(new FeedRequest.SetSelectorTimeout(Deadline.millisUp(time)));
  }

  /**
   * After which an idle connection is closed, open ones included.
   *
   * @param time to a day; 0: never. A part of a second counts as a whole one
   */
  public void setConnectionTimeout(Duration time) throws ManagementException {
    change(new FeedRequest.SetConnectionTimeout(Deadline.secondsUp(time)));
  }

  // How it goes

  private long figure(FeedFigure figure) throws ManagementException {
    String asked = words(figure);
    FeedResponse.Value value =
        answer(asked, new FeedRequest.Read(figure), FeedResponse.Value.class);
    if (value.figure() != figure) {
      throw unrelated(asked);
    }
    return value.value();
  }

  private List<Connection> connections(boolean ended, long after, int limit)
      throws ManagementException {
    String asked = ended ? "list historic connections" : "list current connections";
    FeedResponse.Connections told =
        answer(
            asked,
            new FeedRequest.ListConnections(ended, after, limit),
            FeedResponse.Connections.class);
    if (told.ended() != ended) {
      throw unrelated(asked);
    }
    return told.records().stream().map(Connection::of).toList();
  }

  private void change(FeedRequest.Modification request) throws ManagementException {
    String asked = words(request.change());
    FeedResponse.Changed changed = answer(asked, request, FeedResponse.Changed.class);
    if (changed.change() != request.change()) {
      throw unrelated(asked);
    }
    if (changed.code() != FeedCode.DONE) {
      throw server.refused(asked, Refusal.of(changed.code()));
    }
  }

  private <R extends FeedResponse> R answer(
      String asked, FeedRequest.Sendable request, Class<R> kind) throws ManagementException {
    FeedResponse response =
        connection.exchange(asked, request, FeedResponse::read, Deadline.after(timeout));
    return switch (response) {
      case FeedResponse.QueryFailed(FeedCode code) -> throw server.refused(asked, Refusal.of(code));
      case FeedResponse.Unrecognised _ -> {
        close(); // as the server does, over TCP
        throw server.refused(asked, Refusal.NOT_SUPPORTED);
      }
      case FeedResponse told when kind.isInstance(told) -> kind.cast(told);
      case FeedResponse _ -> throw unrelated(asked);
    };
  }

  private ManagementException unrelated(String asked) {
    close();
    return server.broken(asked, "an answer to something else");
  }

  private static String words(Enum<?> what) {
    return what.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** Ends the association. */
  @Override
  public void close() {
    connection.close();
  }

  /** The server; never the credentials. */
  @Override
  public String toString() {
    return "FeedClient[" + server.shown() + "]";
  }

  /** Says what a client is, once. Not for several threads. */
  public static final class Builder {

    private final InetSocketAddress address;
    private @Nullable FeedLogin login;
    private boolean tcp;
    private Duration timeout = Duration.ofSeconds(10);

    private Builder(InetSocketAddress address) {
      this.address = address;
    }

    /**
     * As which administrator; nobody comes in without.
     *
     * @param who ASCII
     */
    public Builder login(UserName who, Password secret) {
      login = FeedLogin.of(who, secret);
      return this;
    }

    /** TCP instead of SCTP, where the server listens for that. */
    public Builder overTcp() {
      tcp = true;
      return this;
    }

    /**
     * How long connecting with the login may take, and each call after it; 10 s unless set.
     *
     * @param time more than 0
     */
    public Builder timeout(Duration time) {
      timeout = Deadline.positive(time);
      return this;
    }

    /**
     * Connects and logs in.
     *
     * @throws IllegalStateException without {@link #login}
     */
    public FeedClient connect() throws ManagementException {
      if (login == null) {
        throw new IllegalStateException("a login is required");
      }
      Peer server = new Peer(tcp ? "FEED (TCP)" : "FEED (SCTP)", address);
      Deadline until = Deadline.after(timeout);
      ServerConnection connection =
          tcp ? ServerConnection.tcp(server, until) : SctpTransport.connect(server, until);
      FeedLoginReply reply = connection.exchange("log in", login, FeedLoginReply::read, until);
      return switch (reply) {
        case ACCEPTED -> new FeedClient(server, connection, timeout);
        case REFUSED -> {
          connection.close();
          throw server.failure(
              "log in",
              new Reason.LoginRefused(
                  "name or password is wrong, or the user is not an administrator"));
        }
        case WRONG_VERSION -> {
          connection.close();
          throw server.broken("log in", "it speaks another version");
        }
      };
    }
  }
}
