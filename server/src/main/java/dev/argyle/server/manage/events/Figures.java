package dev.argyle.server.manage.events;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.argyle.server.telemetry.Telemetry;
import java.io.IOException;
import java.util.function.LongSupplier;

/** The totals and rates of {@code /status}, by the same words as in the stream. Thread-safe. */
public final class Figures {

  private final Telemetry telemetry;
  private final LongSupplier users;
  private final int descriptorLimit;
  private final RateMeter meter;

  /**
   * Begins to measure rates.
   *
   * @param users how many there are; may block
   * @param descriptorLimit of this process
   */
  public Figures(Telemetry telemetry, LongSupplier users, int descriptorLimit) {
    this.telemetry = telemetry;
    this.users = users;
    this.descriptorLimit = descriptorLimit;
    this.meter = new RateMeter(Totals.read(telemetry, 0, 0, descriptorLimit), System.nanoTime());
  }

  /** Writes the fields {@code totals} and {@code rates} into an object. */
  public void write(JsonGenerator json) throws IOException {
    int connected = telemetry.connections().users().size();
    Totals now = Totals.read(telemetry, users.getAsLong(), connected, descriptorLimit);
    json.writeFieldName("totals");
    now.write(json);
    json.writeFieldName("rates");
    meter.rates(now, System.nanoTime()).write(json);
  }
}
