package dev.argyle.cli.door;

import dev.argyle.client.manage.Connection;
import dev.argyle.client.manage.ManagementException;
import dev.argyle.client.manage.ManagementException.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the server tells of itself, once a second. It is listened to first, and the list is read
 * then: what is in both is told once. A connection is told of when its request is known.
 */
final class HttpFollowing implements Followed {

  private final HttpApi api;
  private final Predicate<Connection> wanted;
  private final Map<Long, Connection> open = new HashMap<>(); // told of
  private @Nullable HttpEvents events;

  HttpFollowing(HttpApi api, Predicate<Connection> wanted) {
    this.api = api;
    this.wanted = wanted;
  }

  @Override
  public List<Following.Event> next() throws ManagementException, InterruptedException {
    HttpEvents listening = events;
    List<Following.Event> told = new ArrayList<>();
    if (listening == null) {
      listening = api.events(null);
      events = listening;
      listening.next(); // totals: from now on, changes are told
      readList(told);
      return told;
    }
    HttpEvents.Message message = message(listening);
    switch (message.name()) {
      case "connections" -> changes(message.data(), told);
      case "gap" -> readList(told);
      case "dropped" -> events = null; // the next call begins again
      default -> {
        // totals
      }
    }
    return told;
  }

  private static HttpEvents.Message message(HttpEvents listening)
      throws ManagementException, InterruptedException {
    try {
      return listening.next();
    } catch (ManagementException failed) {
      if (failed.reason() instanceof Reason.Interrupted || Thread.interrupted()) {
        throw new InterruptedException();
      }
      throw failed;
    }
  }

  private void readList(List<Following.Event> told) throws ManagementException {
    Set<Long> there = new HashSet<>();
    for (Document one : api.all("list connections", "/connections", Integer.MAX_VALUE)) {
      Connection connection = HttpConnections.connection(one);
      there.add(connection.id());
      opened(connection, told);
    }
    for (Connection gone : List.copyOf(open.values())) {
      if (!there.contains(gone.id())) { // how it ended was in what is missing
        ended(gone, told);
      }
    }
  }

  private void changes(Document data, List<Following.Event> told) {
    data.list("opened").forEach(one -> opened(HttpConnections.connection(one), told));
    data.list("ended").forEach(one -> ended(HttpConnections.connection(one), told));
    for (Document id : data.list("gone")) {
      Connection gone = open.get(id.number());
      if (gone != null) {
        ended(gone, told);
      }
    }
  }

  private void opened(Connection connection, List<Following.Event> told) {
    if (connection.command() != 0
        && open.put(connection.id(), connection) == null
        && wanted.test(connection)) {
      told.add(new Following.Event(false, connection));
    }
  }

  private void ended(Connection connection, List<Following.Event> told) {
    open.remove(connection.id());
    if (wanted.test(connection)) {
      told.add(new Following.Event(true, connection));
    }
  }

  @Override
  public void close() {
    HttpEvents listening = events;
    if (listening != null) {
      listening.close();
    }
  }
}
