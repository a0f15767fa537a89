package dev.argyle.wire.feed;

import static dev.argyle.wire.Fields.made;

import dev.argyle.wire.Decoded;
import dev.argyle.wire.Fields;
import dev.argyle.wire.Password;
import dev.argyle.wire.UserName;
import dev.argyle.wire.Writable;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What an administrator asks for (FEED, section 3), 2 to 514 octets.
 *
 * <pre>
 *   D0 | 00                                        ListUsers
 *   D0 | 01 to 09                                  Read
 *   D0 | 0A | ULEN UNAME                           UserConnections
 *   D0 | 0B, 0C | AFTER (8) | LIMIT (2)            ListConnections
 *   BE | 00 | ULEN UNAME | PASSLEN PASS            AddUser
 *   BE | 01 | ULEN UNAME                           RemoveUser
 *   BE | 02 | ON 00, 01                            SetPasswordSpoofing
 *   BE | 03 | MS (4)                               SetSelectorTimeout
 *   BE | 04 | S (4)                                SetConnectionTimeout
 * </pre>
 */
public sealed interface FeedRequest {

  /** What can be sent. */
  sealed interface Sendable extends FeedRequest, Writable {

    @Override
    default int length() {
      return FeedRequests.length(this);
    }

    @Override
    default void write(ByteBuffer out) {
      FeedRequests.write(this, out);
    }
  }

  /** ACTION D0: changes nothing. */
  sealed interface Query extends Sendable {}

  /** ACTION BE: answered by {@link FeedResponse.Changed}. */
  sealed interface Modification extends Sendable {
    FeedChange change();
  }

  /**
   * A request whose octets are all there, but whose values cannot be: a name without octets or not
   * ASCII, a switch that is neither 00 nor 01. What follows it is the next request as ever.
   *
   * @param answer what the client is told
   */
  record Impossible(FeedResponse answer) implements FeedRequest {}

  record ListUsers() implements Query {}

  record Read(FeedFigure figure) implements Query {}

  /** How many connections a user has open. */
  record UserConnections(UserName name) implements Query {
    public UserConnections {
      name.requireAscii();
    }
  }

  /**
   * Connections in ascending order of their ID.
   *
   * @param ended whether those in the journal are meant, instead of the open ones
   * @param after an ID, unsigned: only greater ones are listed
   * @param limit 0 to 65535; a response has {@value FeedResponse#MAX_RECORDS} at most anyway
   */
  record ListConnections(boolean ended, long after, int limit) implements Query {
    public ListConnections {
      Fields.fitting("LIMIT", limit, 2);
    }
  }

  record AddUser(UserName name, Password password) implements Modification {
    public AddUser {
      name.requireAscii();
    }

    @Override
    public FeedChange change() {
      return FeedChange.ADD_USER;
    }
  }

  /** Closes the user's open connections too. */
  record RemoveUser(UserName name) implements Modification {
    public RemoveUser {
      name.requireAscii();
    }

    @Override
    public FeedChange change() {
      return FeedChange.REMOVE_USER;
    }
  }

  /** The credential dissectors. */
  record SetPasswordSpoofing(boolean on) implements Modification {
    @Override
    public FeedChange change() {
      return FeedChange.SET_PASSWORD_SPOOFING;
    }
  }

  /**
   * The longest an event loop sleeps before it looks at timeouts.
   *
   * @param milliseconds 0 to 4294967295; the server takes fewer
   */
  record SetSelectorTimeout(long milliseconds) implements Modification {
    public SetSelectorTimeout {
      Fields.fitting("a timeout", milliseconds, 4);
    }

    @Override
    public FeedChange change() {
      return FeedChange.SET_SELECTOR_TIMEOUT;
    }
  }

  /**
   * Idle time after which a connection is closed; 0: never.
   *
   * @param seconds 0 to 4294967295; the server takes fewer
   */
  record SetConnectionTimeout(long seconds) implements Modification {
    public SetConnectionTimeout {
      Fields.fitting("a timeout", seconds, 4);
    }

    @Override
    public FeedChange change() {
      return FeedChange.SET_CONNECTION_TIMEOUT;
    }
  }

  /**
   * Reads a request. On Message the position is behind it, otherwise it has not moved.
   *
   * @param in octets from the start of the request; not kept
   * @return Malformed with the response FF FF for an unknown ACTION, ACTION FF for an unknown
   *     METHOD: where the next request would begin is not known then
   */
  static Decoded<FeedRequest, FeedResponse> read(ByteBuffer in) {
    Fields fields = new Fields(in);
    Integer action = fields.octet();
    if (action == null) {
      return fields.needMore();
    }
    return switch (action) {
      case FeedMethods.QUERY -> query(fields);
      case FeedMethods.MODIFICATION -> modification(fields);
      default -> fields.malformed(FeedResponse.Unrecognised.ACTION, "ACTION is neither D0 nor BE");
    };
  }

  private static Decoded<FeedRequest, FeedResponse> query(Fields fields) {
    Integer method = fields.octet();
    if (method == null) {
      return fields.needMore();
    }
    FeedFigure figure = FeedFigure.of(method);
    if (figure != null) {
      return new Decoded.Message<>(new Read(figure));
    }
    return switch (method) {
      case FeedMethods.USERS -> new Decoded.Message<>(new ListUsers());
      case FeedMethods.USER_CONNECTIONS -> {
        FeedRequest request = made(fields.asciiName(), UserConnections::new);
        yield whole(fields, request, new FeedResponse.QueryFailed(FeedCode.OUT_OF_RANGE));
      }
      case FeedMethods.OPEN_CONNECTIONS, FeedMethods.ENDED_CONNECTIONS -> {
        boolean ended = method == FeedMethods.ENDED_CONNECTIONS;
        FeedRequest request =
            made(
                fields.unsigned(8),
                fields.unsigned(2),
                (after, limit) -> new ListConnections(ended, after, limit.intValue()));
        yield whole(fields, request, new FeedResponse.QueryFailed(FeedCode.OUT_OF_RANGE));
      }
      default -> fields.malformed(FeedResponse.Unrecognised.QUERY, "no such query");
    };
  }

  private static Decoded<FeedRequest, FeedResponse> modification(Fields fields) {
    Integer method = fields.octet();
    if (method == null) {
      return fields.needMore();
    }
    FeedChange change = FeedChange.of(method);
    if (change == null) {
      return fields.malformed(FeedResponse.Unrecognised.MODIFICATION, "no such modification");
    }
    FeedRequest request =
        switch (change) {
          case ADD_USER -> made(fields.asciiName(), fields.password(), AddUser::new);
          case REMOVE_USER -> made(fields.asciiName(), RemoveUser::new);
          case SET_PASSWORD_SPOOFING -> made(fields.onOff(), SetPasswordSpoofing::new);
          case SET_SELECTOR_TIMEOUT -> made(fields.unsigned(4), SetSelectorTimeout::new);
          case SET_CONNECTION_TIMEOUT -> made(fields.unsigned(4), SetConnectionTimeout::new);
        };
    return whole(fields, request, new FeedResponse.Changed(change, FeedCode.OUT_OF_RANGE));
  }

  /** The request, or {@code impossible} once all its octets are there and no request is. */
  private static Decoded<FeedRequest, FeedResponse> whole(
      Fields fields, @Nullable FeedRequest request, FeedResponse impossible) {
    if (fields.missing()) {
      return fields.needMore();
    }
    return new Decoded.Message<>(request != null ? request : new Impossible(impossible));
  }
}
