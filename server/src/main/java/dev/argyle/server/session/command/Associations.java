package dev.argyle.server.session.command;

import dev.argyle.server.config.Socks;
import dev.argyle.server.telemetry.LiveConnection;
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

    private Place(Object whose) {
      this.whose = whose;
    }

    /** Once. */
    void leave() {
      synchronized (Associations.this) {
        all--;
        ofUser.computeIfPresent(whose, (_, count) -> count == 1 ? null : count - 1);
      }
    }
  }

  private int all;
  private final Map<Object, Integer> ofUser = new HashMap<>();

  /** The limits may have changed since others asked. */
  synchronized Answer ask(LiveConnection client, Socks.Udp limits) {
    String user = client.user();
    Object whose = user == null ? Source.of(client.client()) : user;
    if (all >= limits.maxAssociations()) {
      return Full.IN_ALL;
    }
    if (ofUser.getOrDefault(whose, 0) >= limits.maxPerUser()) {
      return Full.OF_USER;
    }
    all++;
    ofUser.merge(whose, 1, Integer::sum);
    return new Place(whose);
  }

  synchronized int size() {
    return all;
  }
}
