package dev.argyle.server.session.command;

import dev.argyle.server.config.Socks;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.server.udp.UdpMemory;
import dev.argyle.server.udp.UdpShare;
import dev.argyle.wire.Source;
import java.util.HashMap;
import java.util.Map;

/**
 * How many UDP associations there are, in all and of each user; a client without a name counts by
 * its {@link Source}, since an IPv6 client has as many addresses as it likes. Any thread; under
 * this object's monitor, which is held for a few steps only.
 */
public final class Associations {

  /** What a client that asks for an association gets. */
  sealed interface Answer {}

  /** There is no room. */
  enum Full implements Answer {
    IN_ALL,
    OF_USER
  }

  /** Room for one association, until it is left. */
  final class Place implements Answer {

    private final Object whose;
    private final UdpShare share;

    private Place(Object whose, UdpShare share) {
      this.whose = whose;
      this.share = share;
    }

    /** What this user's associations hold, all together. */
    UdpShare share() {
      return share;
    }

    /** Once. */
    void leave() {
      synchronized (Associations.this) {
        all--;
        users.computeIfPresent(whose, (_, user) -> user.left() ? null : user);
      }
    }
  }

  /** Who has associations: a user's name, or the source of clients without one. */
  private static final class User {
    private final UdpShare share = new UdpShare();
    private int associations;

    /** Whether that was the last. */
    private boolean left() {
      associations--;
      return associations == 0;
    }
  }

  private final UdpMemory memory;
  private int all;
  private final Map<Object, User> users = new HashMap<>();

  /**
   * @param memory what all of them may hold
   */
  public Associations(UdpMemory memory) {
    this.memory = memory;
  }

  UdpMemory memory() {
    return memory;
  }

  /** The limits may have changed since others asked. */
  synchronized Answer ask(LiveConnection client, Socks.Udp limits) {
    Object whose = client.whose();
    if (all >= limits.maxAssociations()) {
      return Full.IN_ALL;
    }
    User known = users.get(whose);
    if (known != null && known.associations >= limits.maxPerUser()) {
      return Full.OF_USER;
    }
    User user = known == null ? new User() : known;
    user.associations++;
    users.put(whose, user);
    all++;
    return new Place(whose, user.share);
  }

  /** How many are open. */
  public synchronized int size() {
    return all;
  }
}
