package dev.argyle.server.history;

import dev.argyle.server.config.Retention;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.EndedConnection;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.wire.RuleRef;
import dev.argyle.wire.socks.Command;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Ended connections, a clock that the test moves, and settings, for the tests of this room. */
final class Past {

  static final long TIME = Instant.parse("2026-01-31T10:00:00Z").toEpochMilli();
  static final int DAY = UsageSums.day(TIME);
  static final Retention SETTINGS =
      new Retention(Duration.ofDays(7), 1 << 20, true, Duration.ofDays(400));

  private Past() {}

  /** A clock. */
  static final class Clock implements InstantSource {
    volatile long millis = TIME;

    void pass(Duration time) {
      millis += time.toMillis();
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(millis);
    }
  }

  /** An ended connection in the making. */
  static final class Ended {
    long id = 1;
    long endMillis = TIME;
    long durationMillis = 1_500;
    String client = "192.0.2.7";
    @Nullable String user = "ana";
    @Nullable Command command = Command.CONNECT;
    @Nullable String destination = "www.example.com";
    int port = 443;
    int reply;
    long up = 517;
    long down = 4096;
    Ending ending = Ending.of(EndReason.DONE);
    @Nullable RuleRef rule;
    @Nullable String outgoing;

    EndedConnection made() {
      return new EndedConnection(
          id,
          endMillis - durationMillis,
          endMillis,
          InetAddress.ofLiteral(client),
          40000,
          user,
          command,
          destination,
          port,
          reply,
          up,
          down,
          ending,
          rule,
          outgoing == null ? null : InetAddress.ofLiteral(outgoing));
    }
  }

  static EndedConnection ended(long id, long endMillis) {
    Ended ended = new Ended();
    ended.id = id;
    ended.endMillis = endMillis;
    return ended.made();
  }

  static EndedConnection ended(long id, String user) {
    Ended ended = new Ended();
    ended.id = id;
    ended.user = user;
    return ended.made();
  }

  /** All that is found, by pages of a size. */
  static List<HistoryEntry> all(History history, HistoryQuery query, int limit) {
    List<HistoryEntry> found = new ArrayList<>();
    long cursor = History.NEWEST;
    do {
      History.Page page = history.search(query, cursor, limit);
      found.addAll(page.entries());
      cursor = page.older();
    } while (cursor != 0);
    return found;
  }

  static List<Long> ids(History history) {
    return all(history, HistoryQuery.ALL, 1_000).stream().map(HistoryEntry::id).toList();
  }
}
