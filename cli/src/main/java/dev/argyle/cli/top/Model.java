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
  private @Nullable Moment statusOf; // when the status was read
  private @Nullable Moment told; // when the server last told anything
  private @Nullable Moment moved; // when it last told of octets
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
  void begin(Document newStatus, List<Document> open, Moment now) {
    status(newStatus, now);
    if (newStatus.has("totals")) {
      totals = newStatus.get("totals");
    }
    Map<Long, Row> found = new TreeMap<>();
    for (Document one : open) {
      Row row = Row.of(one, now);
      found.put(row.id(), row);
    }
    rows = found;
    changes++;
    lost = null;
    told = now;
    moved = now;
  }

  /** How the server is was read again. */
  void status(Document newStatus, Moment now) {
    status = newStatus;
    statusOf = now;
  }

  /** A message of the server. */
  void told(HttpEvents.Message message, Moment now) {
    lost = null;
    told = now;
    switch (message.name()) {
      case "totals" -> totals(message.data());
      case "connections" -> connections(message.data(), now);
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

  private void connections(Document data, Moment now) {
    long passed = moved == null ? USUAL_MILLIS : now.since(moved);
    double seconds = Math.max(USUAL_MILLIS / 2, passed) / (double) USUAL_MILLIS;
    moved = now;
    Set<Long> moving = new HashSet<>();
    for (Document one : data.list("opened")) {
      opened(Row.of(one, now), seconds, moving, now);
    }
    for (Document one : data.list("moved")) {
      List<Document> figures = one.items();
      Row row = figures.size() < 3 ? null : rows.get(figures.get(0).number());
      if (row != null) {
        rows.put(
            row.id(), row.moved(figures.get(1).number(), figures.get(2).number(), seconds, now));
        moving.add(row.id());
      }
    }
    data.list("ended").forEach(one -> remove(one.number("id", 0)));
    data.list("gone").forEach(one -> remove(one.number()));
    calm(moving);
    stirred = true;
  }

  private void opened(Row row, double seconds, Set<Long> moving, Moment now) {
    Row before = rows.get(row.id());
    Row after = before == null ? row : row.with(before).moved(row.up(), row.down(), seconds, now);
    rows.put(row.id(), after);
    if (after.rate() > 0) {
      moving.add(after.id());
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

  /** For how long the server runs, in milliseconds; -1: it has not said so. */
  long upMillis(Moment now) {
    return statusOf == null || !status.has("uptimeSeconds")
        ? -1
        : 1_000 * status.number("uptimeSeconds", 0) + now.since(statusOf);
  }

  /** When the server last told anything; null: never. */
  @Nullable Moment told() {
    return told;
  }
}
