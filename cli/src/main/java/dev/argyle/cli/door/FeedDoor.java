package dev.argyle.cli.door;

import dev.argyle.client.manage.Connection;
import dev.argyle.client.manage.FeedClient;
import dev.argyle.client.manage.ManagementException;
import dev.argyle.wire.Password;
import dev.argyle.wire.UserName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** By FEED. */
final class FeedDoor implements Door {

  private final FeedClient feed;

  FeedDoor(FeedClient feed) {
    this.feed = feed;
  }

  @Override
  public Protocol protocol() {
    return Protocol.FEED;
  }

  @Override
  public Users users() throws ManagementException {
    return new Users(feed.users(), true);
  }

  @Override
  public void addUser(UserName name, Password password) throws ManagementException {
    feed.addUser(name, password);
  }

  @Override
  public void removeUser(UserName name) throws ManagementException {
    feed.removeUser(name);
  }

  @Override
  public List<Connection> openAfter(long after) throws ManagementException {
    return feed.openConnections(after, FeedClient.MAX_CONNECTIONS);
  }

  @Override
  public History history(HistoryFilter filter, int limit) throws ManagementException {
    if (!filter.isEmpty()) {
      throw new IllegalStateException("feed has no filters");
    }
    List<Connection> all = new ArrayList<>();
    for (List<Connection> page = endedAfter(0);
        !page.isEmpty();
        page = endedAfter(page.getLast().id())) {
      all.addAll(page);
    }
    List<Ended> newest =
        all.stream()
            .sorted(
                Comparator.comparing((Connection one) -> one.end().orElse(Instant.MAX))
                    .thenComparing(Connection::id)
                    .reversed())
            .limit(limit)
            .map(one -> new Ended(one, null, null))
            .toList();
    return new History(newest, all.size());
  }

  private List<Connection> endedAfter(long after) throws ManagementException {
    return feed.endedConnections(after, FeedClient.MAX_CONNECTIONS);
  }

  @Override
  public Followed follow(Predicate<Connection> wanted) {
    return new Following(this::openAfter, this::endedAfter, wanted);
  }

  @Override
  public Map<Metric, Long> metrics() throws ManagementException {
    Map<Metric, Long> metrics = new EnumMap<>(Metric.class);
    long up = feed.octetsReceived();
    long down = feed.octetsSent();
    metrics.put(Metric.OPEN_CONNECTIONS, feed.currentConnections());
    metrics.put(Metric.MOST_OPEN_CONNECTIONS, feed.maxConcurrentConnections());
    metrics.put(Metric.ACCEPTED_CONNECTIONS, feed.totalHistoricConnections());
    metrics.put(Metric.OCTETS_UP, up);
    metrics.put(Metric.OCTETS_DOWN, down);
    metrics.put(Metric.OCTETS, up + down);
    metrics.put(Metric.USERS_CONNECTED, feed.usersConnected());
    metrics.put(Metric.USERS, feed.totalUsers());
    return metrics;
  }

  @Override
  public Duration timeout() throws ManagementException {
    return feed.connectionTimeout();
  }

  @Override
  public void setTimeout(Duration time) throws ManagementException, DoorProblem {
    feed.setConnectionTimeout(Sendable.seconds(time));
  }

  @Override
  public Duration selectorTimeout() throws ManagementException {
    return feed.selectorTimeout();
  }

  @Override
  public void setSelectorTimeout(Duration time) throws ManagementException, DoorProblem {
    feed.setSelectorTimeout(Sendable.millis(time));
  }

  @Override
  public void switchDissectors(boolean on) throws ManagementException {
    feed.setPasswordSpoofing(on);
  }

  @Override
  public void close() {
    feed.close();
  }
}
