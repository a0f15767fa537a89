package dev.argyle.server.manage.events;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * What a second brings, on average between two looks.
 *
 * @param octetsUp payload octets a second from clients
 * @param octetsDown to clients
 * @param opened connections a second
 */
public record Rates(long octetsUp, long octetsDown, double opened) {

  private static final double TENTHS = 10;

  static final Rates NONE = new Rates(0, 0, 0);

  /** Between two readings. */
  static Rates between(Totals before, Totals after, long nanos) {
    if (nanos <= 0) {
      return NONE;
    }
    double seconds = nanos / (double) TimeUnit.SECONDS.toNanos(1);
    return new Rates(
        Math.round((after.octetsUp() - before.octetsUp()) / seconds),
        Math.round((after.octetsDown() - before.octetsDown()) / seconds),
        Math.round((after.connections() - before.connections()) / seconds * TENTHS) / TENTHS);
  }

  /** Writes an object; the field's name was written. */
  public void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeNumberField("octetsUp", octetsUp);
    json.writeNumberField("octetsDown", octetsDown);
    json.writeNumberField("opened", opened);
    json.writeEndObject();
  }
}
