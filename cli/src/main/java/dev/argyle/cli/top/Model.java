package dev.argyle.cli.top;

import dev.argyle.cli.door.Document;
import dev.argyle.cli.door.HttpEvents;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is known of the server. Belongs to one thread; no input or output. */
final class Model {

  private static final long USUAL_MILLIS = 1_000;

  private final String address;
  private Document status = Document.EMPTY;
  private Document totals = Document.EMPTY;
  private Document rates = Document.EMPTY;
  private Map<Long, Row> rows = new TreeMap<>();
  private long toldMillis; // when the server last told anything
  private long movedMillis; // when it last told of octets
  private long changes; // of connections, ever
  private boolean stirred; // octets were told since the last totals
  private @Nullable String lost;

  /**
   * A server of which nothing is known.
   *
   * @param address where it is, for the title
   */
  Model(String address) {
    this.address = address;
  }

  // What comes

  /** The server was reached, and this is open. */
  void begin(Document newStatus, List<Document> open, long nowMillis) {
    status = newStatus;
    if (newStatus.has("totals")) {
      totals = newStatus.get("totals");
    }
    Map<Long, Row> now = new TreeMap<>();
    for (Document one : open) {
      Row row = Row.of(one, nowMillis);
      now.put(row.id(), row);
    }
    rows = now;
    changes++;
    lost = null;
    toldMillis = nowMillis;
    movedMillis = nowMillis;
  }

  /** How the server is was read again. */
  void status(Document newStatus) {
    status = newStatus;
  }

  /** A message of the server. */
  void told(HttpEvents.Message message, long nowMillis) {
    lost = null;
    toldMillis = nowMillis;
    switch (message.name()) {
      case "totals" -> totals(message.data());
      case "connections" -> connections(message.data(), nowMillis);
      default -> {
        // gap and dropped: whoever listens begins again
      }
    }
  }

  /** Totals end a look: if it told of no octets, nothing moves. */
  private void totals(Document data) {
    totals = data.get("totals");
    rates = data.get("rates");
    if (!stirred) {
      calm(Set.of());
    }
    stirred = false;
  }

  private void connections(Document data, long nowMillis) {
    double seconds = Math.max(USUAL_MILLIS / 2, nowMillis - movedMillis) / (double) USUAL_MILLIS;
    movedMillis = nowMillis;
    Set<Long> moving = new HashSet<>();
    for (Document one : data.list("opened")) {
      opened(Row.of(one, nowMillis), seconds, moving, nowMillis);
    }
    for (Document one : data.list("moved")) {
      List<Document> figures = one.items();
      Row row = figures.size() < 3 ? null : rows.get(figures.get(0).number());
      if (row != null) {
        rows.put(
            row.id(),
            row.moved(figures.get(1).number(), figures.get(2).number(), seconds, nowMillis));
        moving.add(row.id());
      }
    }
    data.list("ended").forEach(one -> remove(one.number("id", 0)));
    data.list("gone").forEach(one -> remove(one.number()));
    calm(moving);
    stirred = true;
  }

  private void opened(Row row, double seconds, Set<Long> moving, long nowMillis) {
    Row before = rows.get(row.id());
    Row now =
        before == null ? row : row.with(before).moved(row.up(), row.down(), seconds, nowMillis);
    rows.put(row.id(), now);
    if (now.rate() > 0) {
      moving.add(now.id());
    }
    changes++;
  }

  private void remove(long id) {
    if (rows.remove(id) != null) {
      changes++;
    }
  }

  private void calm(Set<Long> moving) {
    rows.replaceAll((id, row) -> moving.contains(id) ? row : row.still());
  }

  /** The server cannot be reached, or does not answer. */
  void lost(String why) {
    lost = why;
  }

  // What is known

  String address() {
    return address;
  }

  /** As GET /status has it. */
  Document status() {
    return status;
  }

  Document totals() {
    return totals;
  }

  Document rates() {
    return rates;
  }

  /** All that is open, ascending by number. */
  List<Row> rows() {
    return new ArrayList<>(rows.values());
  }

  /** An open connection; null: it has ended. */
  @Nullable Row row(long id) {
    return rows.get(id);
  }

  /** How many connections have opened, changed or ended since the beginning. */
  long changes() {
    return changes;
  }

  /** Why the server is lost; null: it is not. */
  @Nullable String lost() {
    return lost;
  }

  /** When the server last told anything, milliseconds since 1970. */
  long toldMillis() {
    return toldMillis;
  }
}
