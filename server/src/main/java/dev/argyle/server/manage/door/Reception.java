package dev.argyle.server.manage.door;

import dev.argyle.server.admission.Penalties;
import dev.argyle.server.control.ManagementDoor;
import dev.argyle.server.control.ProxyControl;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;

/**
 * What every door needs of the rest of the server.
 *
 * @param loops of NIO; the doors' own, so that neither a busy relay holds up management nor the
 *     other way round
 * @param penalties what sources owe, at all doors together
 * @param longAnswers what clients have not taken yet
 */
public record Reception(
    EventLoopGroup loops, ProxyControl control, Penalties penalties, LongAnswers longAnswers) {

  public Reception(EventLoopGroup loops, ProxyControl control, Penalties penalties) {
    this(loops, control, penalties, new LongAnswers());
  }

  /** Whether a source is closed out for now, which is logged. */
  public boolean refuses(ManagementDoor door, InetSocketAddress client) {
    boolean refused = penalties.refuses(client.getAddress());
    if (refused) {
      control.refused(door, client);
    }
    return refused;
  }

  /** Adds to what a source owes; logged when it is closed out by it. */
  public void penalise(ManagementDoor door, InetSocketAddress client, Penalties.Reason reason) {
    if (penalties.penalise(client.getAddress(), reason) != null) {
      control.refused(door, client);
    }
  }
}
