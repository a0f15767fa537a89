package dev.argyle.server.manage.feed;

import dev.argyle.server.manage.door.Reception;
import dev.argyle.server.manage.door.SctpListener;
import dev.argyle.server.manage.door.TcpListener;
import java.io.IOException;

/** Opens the FEED door. */
public final class FeedDoor {

  private FeedDoor() {}

  /**
   * Opens it over SCTP, where the system has that: {@link SctpListener#missing}.
   *
   * @param port 0: a free one
   */
  public static SctpListener openSctp(Reception reception, String host, int port)
      throws IOException {
    FeedOperations operations = new FeedOperations(reception.control());
    return SctpListener.open(
        reception, host, port, () -> new SctpConversation(reception, operations));
  }

  /**
   * Opens it over TCP.
   *
   * @param port 0: a free one
   */
  public static TcpListener openTcp(Reception reception, String host, int port) throws IOException {
    FeedOperations operations = new FeedOperations(reception.control());
    return TcpListener.open(
        reception, host, port, () -> new FeedConversation(reception, operations));
  }
}
