package dev.argyle.server.session.command;

import dev.argyle.server.admission.Asker;
import dev.argyle.server.dial.Gate;
import dev.argyle.server.egress.Pick;
import dev.argyle.server.net.StreamSocket;
import dev.argyle.server.net.Supervised;
import dev.argyle.server.rate.AccountRates;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.server.udp.DatagramSeal;
import dev.argyle.wire.Destination;
import dev.argyle.wire.socks.Command;
import dev.argyle.wire.socks.ReplyCode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** The client that asked for a command, as the command sees it. Belongs to one loop. */
public interface Requester extends Supervised {

  /** Who it is, and from where. */
  LiveConnection client();

  /** Whose share of what is scarce its requests use. */
  default Asker asker() {
    return Asker.of(client().client(), client().user());
  }

  /** Where its connection arrived. */
  InetAddress localAddress();

  /** The rules, as this client meets them with this request. */
  Gate gate(Command command, Destination asked);

  /**
   * A socket towards a destination is bound so; it is released when the client's connection ends.
   */
  default void bound(Pick by) {
    by.release();
  }

  /** A socket towards a destination has this local address. */
  default void leavesFrom(InetAddress local) {}

  /**
   * What decides now: the rules and what is in their lists, which of them are the account's own,
   * and its egress. Where it is another object than before, what was decided holds no longer.
   */
  Object rules();

  /** How fast its account's octets may pass; null: its account has no limits of its own. */
  default @Nullable AccountRates rates() {
    return null;
  }

  /** How its datagrams are protected; null: they are not. */
  @Nullable DatagramSeal datagramSeal();

  /** Gives the first reply of two: a peer is awaited there, for the bind timeout from now on. */
  void awaits(InetSocketAddress at);

  /**
   * Tells the client that {@code remote} is connected, and joins the two.
   *
   * @param bound what the reply says: our own address, or the peer's
   */
  void connected(StreamSocket remote, InetSocketAddress bound);

  /** Tells the client where its datagrams are taken; the command goes on. */
  void associated(InetSocketAddress at);

  /** Tells the client that its command failed, and ends. */
  void refuse(ReplyCode code, Ending why);

  /** What was there is over: the connection ends. */
  void over(Ending why);

  /** Octets of datagrams came from the client. */
  void up(long octets);

  /** Octets of datagrams went to the client. */
  void down(long octets);
}
