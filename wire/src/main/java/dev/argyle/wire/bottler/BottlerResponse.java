package dev.argyle.wire.bottler;

import static dev.argyle.wire.Fields.made;

import dev.argyle.wire.Decoded;
import dev.argyle.wire.Fields;
import dev.argyle.wire.UserName;
import dev.argyle.wire.Writable;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link BottlerRequest}, 2 to 1232 octets.
 *
 * <pre>
 *   VER 01 | STATUS, not 00                            Failure
 *   VER 01 | 00                                        Done
 *   VER 01 | 00 | HISTORIC (4) | CURRENT (4) | BYTES (8) | MAX (4)
 *          | AUTH_ATTEMPTS (4) | CONNECT_ATTEMPTS (4)  Metrics
 *   VER 01 | 00 | VALUE (4)                            Value
 *   VER 01 | 00 | COUNT | COUNT times LENGTH NAME      Users
 *   VER 01 | 00 | MS (8)                               LastConnection
 *   VER 01 | 00 | ON 00, 01                            Status
 * </pre>
 */
public sealed interface BottlerResponse extends Writable {

  /** A response is never longer, so that it fits in a packet on any IPv6 path. */
  int MAX_LENGTH = 1232;

  /** The status alone. */
  record Failure(BottlerStatus status) implements BottlerResponse {
    public Failure {
      if (status == BottlerStatus.DONE) {
        throw new IllegalArgumentException("done is no failure");
      }
    }
  }

  /** A change was made. */
  record Done() implements BottlerResponse {}

  /**
   * Counters. Those of 4 octets are 0 to 4294967295, which also stands for all above.
   *
   * @param historic connections so far
   * @param current connections
   * @param relayedOctets both ways
   * @param max connections at once
   * @param connectionAttempts requests, successful or not
   */
  record Metrics(
      long historic,
      long current,
      long relayedOctets,
      long max,
      long authenticationAttempts,
      long connectionAttempts)
      implements BottlerResponse {
    public Metrics {
      historic = Fields.saturated("a counter", historic, 4);
      current = Fields.saturated("a counter", current, 4);
      max = Fields.saturated("a counter", max, 4);
      authenticationAttempts = Fields.saturated("a counter", authenticationAttempts, 4);
      connectionAttempts = Fields.saturated("a counter", connectionAttempts, 4);
    }
  }

  /**
   * A buffer size in octets, a timeout in seconds or a number of pages.
   *
   * @param value 0 to 4294967295
   */
  record Value(long value) implements BottlerResponse {
    public Value {
      Fields.fitting("a value", value, 4);
    }
  }

  /**
   * A page of users.
   *
   * @param names at most 255, sorted, and as many as fit in {@value #MAX_LENGTH} octets
   */
  record Users(List<UserName> names) implements BottlerResponse {

    /** What COUNT can say. */
    public static final int MAX_USERS = 255;

    /** What all names with their lengths may have. */
    public static final int MAX_NAMES_OCTETS = MAX_LENGTH - 3;

    public Users {
      names = List.copyOf(names);
      int octets = names.stream().mapToInt(UserName::fieldLength).sum();
      if (names.size() > MAX_USERS || octets > MAX_NAMES_OCTETS) {
        throw new IllegalArgumentException(
            "a page has 255 names and 1232 octets at most, not "
                + names.size()
                + " and "
                + (octets + 3));
      }
    }
  }

  /**
   * When a user last had a connection.
   *
   * @param millis since 1970; 0: never
   */
  record LastConnection(long millis) implements BottlerResponse {}

  /** Whether something is on, or running. */
  record Status(boolean on) implements BottlerResponse {}

  /**
   * Reads a response, for a client. On Message the position is behind it, otherwise it has not
   * moved.
   *
   * @param in a whole datagram; not kept. Behind metrics there may be more, which is not read.
   * @param request what was asked, for a response does not say what it answers
   * @return never NeedMore
   */
  static Decoded<BottlerResponse, Void> read(ByteBuffer in, BottlerRequest request) {
    Fields fields = new Fields(in);
    Integer version = fields.octet();
    Integer code = fields.octet();
    if (version == null || code == null) {
      return fields.malformed(null, "fewer than 2 octets");
    }
    if (version != 0x01) {
      return fields.malformed(null, "VER is not 01");
    }
    BottlerStatus status = BottlerStatus.of(code);
    if (status == null) {
      return fields.malformed(null, "STATUS is unknown");
    }
    BottlerResponse response =
        status == BottlerStatus.DONE ? done(fields, request) : new Failure(status);
    if (response == null) {
      return fields.malformed(null, "the fields are not what was asked for");
    }
    if (in.hasRemaining() && !(response instanceof Metrics)) {
      return fields.malformed(null, "octets are left over");
    }
    return new Decoded.Message<>(response);
  }

  private static @Nullable BottlerResponse done(Fields fields, BottlerRequest request) {
    return switch (request) {
      case BottlerRequest.Plain plain ->
          switch (plain) {
            case GET_METRICS -> metrics(fields);
            case GET_BUFFER_SIZE, GET_TIMEOUT, GET_USER_PAGES ->
                made(fields.unsigned(4), Value::new);
            case GET_DISSECTOR_STATUS, GET_AUTHENTICATION_STATUS, GET_SERVER_STATUS ->
                made(fields.onOff(), Status::new);
            case RESET -> new Done();
          };
      case BottlerRequest.ListUsers page -> users(fields);
      case BottlerRequest.LastConnection name -> made(fields.unsigned(8), LastConnection::new);
      case BottlerRequest.SetBufferSize size -> new Done();
      case BottlerRequest.SetTimeout timeout -> new Done();
      case BottlerRequest.RenameUser user -> new Done();
      case BottlerRequest.SetPassword password -> new Done();
      case BottlerRequest.AddUser user -> new Done();
      case BottlerRequest.DeleteUser user -> new Done();
      case BottlerRequest.SetDissector dissector -> new Done();
      case BottlerRequest.SetAuthentication authentication -> new Done();
      case BottlerRequest.SetRunning running -> new Done();
    };
  }

  private static @Nullable Metrics metrics(Fields fields) {
    Long historic = fields.unsigned(4);
    Long current = fields.unsigned(4);
    Long octets = fields.unsigned(8);
    Long max = fields.unsigned(4);
    Long authentications = fields.unsigned(4);
    Long connections = fields.unsigned(4);
    return historic == null
            || current == null
            || octets == null
            || max == null
            || authentications == null
            || connections == null
        ? null
        : new Metrics(historic, current, octets, max, authentications, connections);
  }

  /** A page longer than pages may be is malformed too. */
  private static @Nullable Users users(Fields fields) {
    Integer count = fields.octet();
    List<UserName> names = count == null ? null : fields.names(count);
    return names == null
            || names.stream().mapToInt(UserName::fieldLength).sum() > Users.MAX_NAMES_OCTETS
        ? null
        : new Users(names);
  }

  @Override
  default int length() {
    return 2
        + switch (this) {
          case Failure failure -> 0;
          case Done done -> 0;
          case Metrics metrics -> 28;
          case Value value -> 4;
          case Users(List<UserName> names) ->
              1 + names.stream().mapToInt(UserName::fieldLength).sum();
          case LastConnection last -> 8;
          case Status status -> 1;
        };
  }

  @Override
  default void write(ByteBuffer out) {
    BottlerStatus status = this instanceof Failure failure ? failure.status() : BottlerStatus.DONE;
    out.put((byte) 0x01).put((byte) status.code());
    switch (this) {
      case Failure failure -> {}
      case Done done -> {}
      case Metrics metrics -> {
        Fields.put(out, metrics.historic(), 4);
        Fields.put(out, metrics.current(), 4);
        Fields.put(out, metrics.relayedOctets(), 8);
        Fields.put(out, metrics.max(), 4);
        Fields.put(out, metrics.authenticationAttempts(), 4);
        Fields.put(out, metrics.connectionAttempts(), 4);
      }
      case Value(long value) -> Fields.put(out, value, 4);
      case Users(List<UserName> names) -> {
        out.put((byte) names.size());
        names.forEach(name -> name.write(out));
      }
      case LastConnection(long millis) -> Fields.put(out, millis, 8);
      case Status(boolean on) -> Fields.put(out, on ? 1 : 0, 1);
    }
  }
}
