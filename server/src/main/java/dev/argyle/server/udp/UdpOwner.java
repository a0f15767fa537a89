package dev.argyle.server.udp;

import dev.argyle.server.egress.Sources;
import dev.argyle.server.net.Supervised;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.wire.Destination;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who opened an association: decides, resolves and is told. Called on the association's loop. A bug
 * closes the association first and is then told here.
 */
public interface UdpOwner extends Supervised {

  /**
   * What decides now: rules, and an egress. When it is another object than before, what is
   * remembered is used again once {@link #allows} says so.
   */
  Object rules();

  /**
   * Whether the rules of now let datagrams to a destination go to this address.
   *
   * @param sources where they were to be sent from; null: the system chose
   */
  boolean allows(Destination asked, InetAddress address, @Nullable Sources sources);

  /**
   * A socket towards remotes is bound so; it is released when the socket is closed.
   *
   * @param local its address; null: the system chooses one for each datagram
   */
  default void leavesFrom(@Nullable InetAddress local) {}

  /** Whether any remote may send to the client, or only those written to. */
  boolean fullCone();

  /**
   * Finds out where datagrams to a destination go, and whether they may.
   *
   * @param before where they went until now: a name keeps it while it is among its addresses; null:
   *     nowhere
   * @param finding told once, maybe at once
   * @return what gives the search up; null if it is over
   */
  @Nullable Runnable find(Destination asked, @Nullable InetAddress before, Finding finding);

  /** Payload came from the client and was passed on. */
  void up(long octets);

  /** Payload went to the client. */
  void down(long octets);

  /** What a search gave. */
  interface Finding {

    /**
     * @param sources where to send from; null: the system chooses
     */
    void found(InetAddress address, @Nullable Sources sources);

    /**
     * Datagrams to there are dropped.
     *
     * @param why the counter of the reason: {@link Counter#UDP_DROPPED_DENIED}, {@link
     *     Counter#UDP_DROPPED_UNRESOLVED} or {@link Counter#UDP_DROPPED_NO_SOCKET}
     */
    void dropped(Counter why);
  }
}
