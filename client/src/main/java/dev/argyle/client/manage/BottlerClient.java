package dev.argyle.client.manage;

import dev.argyle.client.manage.ManagementException.Reason;
import dev.argyle.wire.Deadline;
import dev.argyle.wire.Decoded;
import dev.argyle.wire.Password;
import dev.argyle.wire.UserName;
import dev.argyle.wire.bottler.BottlerRequest;
import dev.argyle.wire.bottler.BottlerRequest.Plain;
import dev.argyle.wire.bottler.BottlerResponse;
import dev.argyle.wire.bottler.BottlerStatus;
import dev.argyle.wire.bottler.BottlerToken;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Manages a server by the Bottler Protocol, version 1, over UDP. Immutable but for {@link #close};
 * threads may share it.
 *
 * <pre>{@code
 * try (BottlerClient bottler = BottlerClient.at("127.0.0.1", 8080, token).build()) {
 *   boolean running = bottler.isRunning();
 * }
 * }</pre>
 *
 * <p>A request has a socket of its own, and is sent again from it until it is answered or the
 * timeout has passed: an answer that comes late, to an earlier request, meets a closed port and
 * never passes for another's. Sending again is safe: what changes a value sets it once more, adding
 * is answered as done to who adds the same user with the same password, and for deleting and
 * renaming, "no such user" in answer to a request that was sent again is looked into here.
 *
 * <p>Requests carry 255 octets of parameters: two names, or a name and a password, that do not fit
 * are an {@link IllegalArgumentException}.
 */
public final class BottlerClient implements AutoCloseable {

  /** More pages than this are not asked for. */
  private static final long MAX_PAGES = 1_000_000;

  /** An answer is never longer; metrics may grow. */
  private static final int MAX_ANSWER_OCTETS = 2_048;

  private final Peer server;
  private final BottlerToken token;
  private final Duration timeout;
  private final Duration resendAfter;
  private volatile boolean closed;

  private BottlerClient(Builder builder) {
    server = new Peer("Bottler", builder.address);
    token = builder.token;
    timeout = builder.timeout;
    resendAfter = builder.resendAfter;
  }

  /** Begins with a server's name or address, and its token. */
  public static Builder at(String host, int port, BottlerToken token) {
    return at(InetSocketAddress.createUnresolved(host, port), token);
  }

  /** Begins with a server's address, and its token. */
  public static Builder at(InetSocketAddress server, BottlerToken token) {
    return new Builder(server, token);
  }

  // Counters and settings

  /** Those of 4 octets also stand for all above with 4294967295. */
  public BottlerResponse.Metrics metrics() throws ManagementException {
    return ask("metrics", Plain.GET_METRICS, BottlerResponse.Metrics.class);
  }

  /** In octets, a direction. */
  public long bufferSize() throws ManagementException {
    return value("buffer size", Plain.GET_BUFFER_SIZE);
  }

  /**
   * For connections opened from now on.
   *
   * @param octets 4096 to 1048576
   */
  public void setBufferSize(long octets) throws ManagementException {
    change("set buffer size", new BottlerRequest.SetBufferSize(octets));
  }

  /** After which an idle connection is closed; 0: never. */
  public Duration timeoutValue() throws ManagementException {
    return Duration.ofSeconds(value("timeout value", Plain.GET_TIMEOUT));
  }

  /**
   * After which an idle connection is closed, open ones included.
   *
   * @param time to a day; 0: never. A part of a second counts as a whole one
   */
  public void setTimeoutValue(Duration time) throws ManagementException {
    change("set timeout value", new BottlerRequest.SetTimeout(Deadline.secondsUp(time)));
  }

  public boolean isDissectorOn() throws ManagementException {
    return status("dissector status", Plain.GET_DISSECTOR_STATUS);
  }

  public void setDissector(boolean on) throws ManagementException {
    change("switch the dissector", new BottlerRequest.SetDissector(on));
  }

  /** On the SOCKS side. */
  public boolean isAuthenticationOn() throws ManagementException {
    return status("authentication status", Plain.GET_AUTHENTICATION_STATUS);
  }

  public void setAuthentication(boolean on) throws ManagementException {
    change("switch authentication", new BottlerRequest.SetAuthentication(on));
  }

  // Users

  public long userPages() throws ManagementException {
    return value("user pages", Plain.GET_USER_PAGES);
  }

  /**
   * A page of users, sorted by octets.
   *
   * @param page from 1 to {@link #userPages}
   */
  public List<UserName> users(long page) throws ManagementException {
    return ask("list users", new BottlerRequest.ListUsers(page), BottlerResponse.Users.class)
        .names();
  }

  /**
   * All users, page by page. Users who come and go meanwhile may be missing, or be there twice; the
   * pages end where the server says that there is no such one any more.
   */
  public List<UserName> users() throws ManagementException {
    List<UserName> users = new ArrayList<>();
    long pages = Math.min(userPages(), MAX_PAGES);
    for (long page = 1; page <= pages; page++) {
      try {
        users.addAll(users(page));
      } catch (ManagementException failed) {
        if (page == 1 || failed.refusal().orElse(null) != Refusal.OUT_OF_RANGE) {
          throw failed;
        }
        break; // there are fewer by now
      }
    }
    return users;
  }

  /**
   * When a user last had a connection; empty: never.
   *
   * @param user ASCII
   */
  public Optional<Instant> lastConnection(UserName user) throws ManagementException {
    BottlerResponse.LastConnection last =
        ask(
            "last connection",
            new BottlerRequest.LastConnection(user),
            BottlerResponse.LastConnection.class);
    return last.millis() == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(last.millis()));
  }

  /**
   * Gives a user another name.
   *
   * @param name ASCII
   * @param newName ASCII
   */
  public void renameUser(UserName name, UserName newName) throws ManagementException {
    Answer answer = send("modify username", new BottlerRequest.RenameUser(name, newName));
    if (answer.isRepeatedWithout(BottlerStatus.NO_SUCH_USER) && isThere(newName)) {
      return; // the first one did it
    }
    done("modify username", answer.response());
  }

  private boolean isThere(UserName user) throws ManagementException {
    return send("last connection", new BottlerRequest.LastConnection(user)).response()
        instanceof BottlerResponse.LastConnection;
  }

  /**
   * Gives a user another password.
   *
   * @param name ASCII
   */
  public void setPassword(UserName name, Password password) throws ManagementException {
    change("modify password", new BottlerRequest.SetPassword(name, password));
  }

  /**
   * Adds a proxy user, who is no administrator; also done if there is one with this name and
   * password.
   *
   * @param name ASCII
   */
  public void addUser(UserName name, Password password) throws ManagementException {
    change("add user", new BottlerRequest.AddUser(name, password));
  }

  /**
   * Deletes a user, and closes its connections.
   *
   * @param name ASCII
   */
  public void deleteUser(UserName name) throws ManagementException {
    Answer answer = send("delete user", new BottlerRequest.DeleteUser(name));
    if (!answer.isRepeatedWithout(BottlerStatus.NO_SUCH_USER)) {
      done("delete user", answer.response());
    }
  }

  // The server as a whole

  /** Whether the SOCKS side runs. */
  public boolean isRunning() throws ManagementException {
    return status("server status", Plain.GET_SERVER_STATUS);
  }

  /** Opens the SOCKS listeners again. */
  public void start() throws ManagementException {
    change("start", new BottlerRequest.SetRunning(true));
  }

  /** Closes the SOCKS listeners and connections; management stays up. */
  public void stop() throws ManagementException {
    change("stop", new BottlerRequest.SetRunning(false));
  }

  /** Closes every SOCKS connection, reads the configuration again, and listens again. */
  public void reset() throws ManagementException {
    change("reset", Plain.RESET);
  }

  // How it goes

  private long value(String asked, Plain request) throws ManagementException {
    return ask(asked, request, BottlerResponse.Value.class).value();
  }

  private boolean status(String asked, Plain request) throws ManagementException {
    return ask(asked, request, BottlerResponse.Status.class).on();
  }

  private void change(String asked, BottlerRequest request) throws ManagementException {
    done(asked, send(asked, request).response());
  }

  private void done(String asked, BottlerResponse response) throws ManagementException {
    told(asked, response, BottlerResponse.Done.class);
  }

  private <R extends BottlerResponse> R ask(String asked, BottlerRequest request, Class<R> kind)
      throws ManagementException {
    return told(asked, send(asked, request).response(), kind);
  }

  private <R extends BottlerResponse> R told(String asked, BottlerResponse response, Class<R> kind)
      throws ManagementException {
    if (response instanceof BottlerResponse.Failure(BottlerStatus status)) {
      throw server.refused(asked, Refusal.of(status));
    }
    return kind.cast(response); // the codec reads by what was asked
  }

  /** What came back; {@code sent}: how many times the request went out before. */
  private record Answer(BottlerResponse response, int sent) {

    boolean isRepeatedWithout(BottlerStatus status) {
      return sent > 1 && response.equals(new BottlerResponse.Failure(status));
    }
  }

  private Answer send(String asked, BottlerRequest request) throws ManagementException {
    if (closed) {
      throw new IllegalStateException("closed");
    }
    Deadline until = Deadline.after(timeout);
    try (DatagramChannel channel = DatagramChannel.open();
        ChannelSelector selector = new ChannelSelector(channel)) {
      channel.connect(server.resolved(asked, until));
      return exchange(asked, request, new Socket(channel, selector), until);
    } catch (ManagementException failed) {
      throw failed;
    } catch (PortUnreachableException nobody) {
      throw server.failure(asked, new Reason.Unreachable("nothing listens there"), nobody);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw server.failure(asked, new Reason.Interrupted(), interrupted);
    } catch (IOException failed) {
      throw server.failure(
          asked, new Reason.Unreachable(String.valueOf(failed.getMessage())), failed);
    }
  }

  private record Socket(DatagramChannel channel, ChannelSelector selector) {}

  private Answer exchange(String asked, BottlerRequest request, Socket socket, Deadline until)
      throws IOException, InterruptedException {
    byte[] datagram = request.datagram(token);
    ByteBuffer in = ByteBuffer.allocate(MAX_ANSWER_OCTETS);
    int sent = 0;
    do {
      socket.channel().write(ByteBuffer.wrap(datagram));
      sent++;
      long wait = Math.min(until.millisLeft(), resendAfter.toMillis() << Math.min(sent - 1, 3));
      if (socket.selector().ready(SelectionKey.OP_READ, wait)
          && socket.channel().read(in.clear()) > 0) {
        return new Answer(read(asked, in.flip(), request), sent);
      }
    } while (until.millisLeft() > 0);
    throw server.failure(
        asked,
        new Reason.TimedOut(
            timeout,
            " to "
                + sent
                + " datagrams: Bottler does not answer a wrong token, or nothing listens there"));
  }

  private BottlerResponse read(String asked, ByteBuffer in, BottlerRequest request)
      throws ManagementException {
    return switch (BottlerResponse.read(in, request)) {
      case Decoded.NeedMore<BottlerResponse, Void> _ ->
          throw new IllegalStateException("datagrams come whole");
      case Decoded.Malformed<BottlerResponse, Void>(var _, String reason) ->
          throw server.broken(asked, reason);
      case Decoded.Message<BottlerResponse, Void>(BottlerResponse response) -> response;
    };
  }

  /** Nothing is asked through it any more. It holds no socket. */
  @Override
  public void close() {
    closed = true;
  }

  /** The server; never the token. */
  @Override
  public String toString() {
    return "BottlerClient[" + server.shown() + "]";
  }

  /** Says what a client is, once. Not for several threads. */
  public static final class Builder {

    private final InetSocketAddress address;
    private final BottlerToken token;
    private Duration timeout = Duration.ofSeconds(10);
    private Duration resendAfter = Duration.ofSeconds(1);

    private Builder(InetSocketAddress address, BottlerToken token) {
      this.address = address;
      this.token = token;
    }

    /**
     * How long a call may take, with all its datagrams; 10 s unless set.
     *
     * @param time more than 0
     */
    public Builder timeout(Duration time) {
      timeout = Deadline.positive(time);
      return this;
    }

    /**
     * After how long a request is sent again, for the first time; the waits double, up to eight
     * times this. 1 s unless set.
     *
     * @param time more than 0
     */
    public Builder resendAfter(Duration time) {
      resendAfter = Deadline.positive(time);
      return this;
    }

    /** The client; nothing is sent yet. */
    public BottlerClient build() {
      return new BottlerClient(this);
    }
  }
}
