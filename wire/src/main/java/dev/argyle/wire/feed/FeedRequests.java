package dev.argyle.wire.feed;

import dev.argyle.wire.Fields;
import dev.argyle.wire.Password;
import dev.argyle.wire.UserName;
import java.nio.ByteBuffer;

/** The octets of what can be sent, drawn at {@link FeedRequest}. */
final class FeedRequests {

  private FeedRequests() {}

  static int length(FeedRequest.Sendable request) {
    return 2
        + switch (request) {
          case FeedRequest.ListUsers users -> 0;
          case FeedRequest.Read read -> 0;
          case FeedRequest.UserConnections(UserName name) -> name.fieldLength();
          case FeedRequest.ListConnections connections -> 8 + 2;
          case FeedRequest.AddUser(UserName name, Password password) ->
              name.fieldLength() + password.length();
          case FeedRequest.RemoveUser(UserName name) -> name.fieldLength();
          case FeedRequest.SetPasswordSpoofing spoofing -> 1;
          case FeedRequest.SetSelectorTimeout timeout -> 4;
          case FeedRequest.SetConnectionTimeout timeout -> 4;
        };
  }

  static void write(FeedRequest.Sendable request, ByteBuffer out) {
    switch (request) {
      case FeedRequest.Query query -> writeQuery(query, out);
      case FeedRequest.Modification modification -> writeModification(modification, out);
    }
  }

  private static void writeQuery(FeedRequest.Query query, ByteBuffer out) {
    out.put((byte) FeedMethods.QUERY);
    switch (query) {
      case FeedRequest.ListUsers users -> out.put((byte) FeedMethods.USERS);
      case FeedRequest.Read(FeedFigure figure) -> out.put((byte) figure.method());
      case FeedRequest.UserConnections(UserName name) -> {
        out.put((byte) FeedMethods.USER_CONNECTIONS);
        name.write(out);
      }
      case FeedRequest.ListConnections(boolean ended, long after, int limit) -> {
        out.put((byte) FeedMethods.connections(ended));
        Fields.put(out, after, 8);
        Fields.put(out, limit, 2);
      }
    }
  }

  private static void writeModification(FeedRequest.Modification modification, ByteBuffer out) {
    out.put((byte) FeedMethods.MODIFICATION).put((byte) modification.change().method());
    switch (modification) {
      case FeedRequest.AddUser(UserName name, Password password) -> {
        name.write(out);
        password.write(out);
      }
      case FeedRequest.RemoveUser(UserName name) -> name.write(out);
      case FeedRequest.SetPasswordSpoofing(boolean on) -> out.put((byte) (on ? 1 : 0));
      case FeedRequest.SetSelectorTimeout(long milliseconds) -> Fields.put(out, milliseconds, 4);
      case FeedRequest.SetConnectionTimeout(long seconds) -> Fields.put(out, seconds, 4);
    }
  }
}
