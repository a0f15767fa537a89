package dev.argyle.server.manage.http.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.argyle.server.control.HistoryControl;
import dev.argyle.server.control.Operation;
import dev.argyle.server.history.Amount;
import dev.argyle.server.history.Usage;
import dev.argyle.server.history.UsageOfDay;
import dev.argyle.server.manage.http.Problem;
import dev.argyle.server.manage.http.Query;
import dev.argyle.server.manage.http.Request;
import dev.argyle.server.manage.http.Response;
import dev.argyle.server.manage.http.Route;
import dev.argyle.wire.UserName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /usage}: what users have used on each day. */
public final class UsageRoutes {

  private static final int CURSOR_OCTETS = Integer.BYTES + Long.BYTES;

  private final HistoryControl control;

  private UsageRoutes(HistoryControl control) {
    this.control = control;
  }

  /** The routes. */
  public static List<Route> of(HistoryControl control) {
    return List.of(
        Route.get("/api/v1/usage")
            .needs(Operation.USAGE)
            .query("user", "from", "to", "cursor", "limit")
            .answers(new UsageRoutes(control)::list));
  }

  private Response list(Request request) {
    Query query = request.query();
    UserName user = HistoryRoutes.user(query);
    LocalDate from = day(query, "from");
    LocalDate to = day(query, "to");
    Usage.Cursor cursor = cursor(Cursor.USAGE.octets(request));
    Usage.Page page =
        HistoryRoutes.readable(
            () -> control.usage(request.actor(), user, from, to, cursor, query.limit()));
    Usage.Cursor next = page.next();
    return Items.list(
        page.rows(), next == null ? null : Cursor.USAGE.text(octets(next)), UsageRoutes::write);
  }

  private static void write(UsageOfDay row, JsonGenerator json) throws IOException {
    json.writeStringField("user", JsonText.shown(row.user().text()));
    json.writeBooleanField("removed", row.removed());
    json.writeStringField("day", row.day().toString());
    write(row.amount(), json);
  }

  /** Writes the fields of an amount. */
  static void write(Amount amount, JsonGenerator json) throws IOException {
    json.writeNumberField("octetsUp", amount.up());
    json.writeNumberField("octetsDown", amount.down());
    json.writeNumberField("connections", amount.connections());
  }

  private static @Nullable LocalDate day(Query query, String name) {
    String text = query.text(name);
    try {
      return text == null ? null : LocalDate.parse(text);
    } catch (DateTimeException none) {
      throw Problem.invalidField(name, "is no day", "send one as 2026-11-30").exception();
    }
  }

  private static byte[] octets(Usage.Cursor cursor) {
    return ByteBuffer.allocate(CURSOR_OCTETS).putInt(cursor.day()).putLong(cursor.person()).array();
  }

  private static Usage.Cursor cursor(byte @Nullable [] octets) {
    if (octets == null) {
      return Usage.Cursor.NEWEST;
    }
    if (octets.length != CURSOR_OCTETS) {
      throw Cursor.wrong();
    }
    ByteBuffer fields = ByteBuffer.wrap(octets);
    return new Usage.Cursor(fields.getInt(), fields.getLong());
  }
}
