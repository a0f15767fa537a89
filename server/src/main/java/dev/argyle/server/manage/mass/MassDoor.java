package dev.argyle.server.manage.mass;

import dev.argyle.server.manage.door.Reception;
import dev.argyle.server.manage.door.TcpListener;
import java.io.IOException;
import java.nio.ByteOrder;

/** Opens the MASS door. */
public final class MassDoor {

  private MassDoor() {}

  /**
   * Opens it.
   *
   * @param port 0: a free one
   * @param anonymous whether NO AUTHENTICATION may read
   * @param counters in which order the octets of counters are written
   */
  public static TcpListener open(
      Reception reception, String host, int port, boolean anonymous, ByteOrder counters)
      throws IOException {
    MassOperations operations = new MassOperations(reception.control(), counters);
    return TcpListener.open(
        reception, host, port, () -> new MassConversation(reception, operations, anonymous));
  }
}
