package dev.argyle.server.manage.events;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.argyle.server.telemetry.Telemetry;
import java.io.IOException;

/** The totals and rates of {@code /status}, by the same words as in the stream. Thread-safe. */
public final class Figures {

  private final Telemetry telemetry;
  private final Users users;
  private final int descriptorLimit;
  private final RateMeter meter;

  /**
   * Begins to measure rates.
   *
   * @param descriptorLimit of this process
   */
  public Figures(Telemetry telemetry, Users users, int descriptorLimit) {
    this.telemetry = telemetry;
    this.users = users;
    this.descriptorLimit = descriptorLimit;
    this.meter = new RateMeter(Totals.read(telemetry, 0, 0, descriptorLimit), System.nanoTime());
  }

  /** Writes the fields {@code totals} and {@code rates} into an object. */
  public void write(JsonGenerator json) throws IOException {
    long connected = users.connected().getAsLong();
    Totals now = Totals.read(telemetry, users.accounts().getAsLong(), connected, descriptorLimit);
    json.writeFieldName("totals");
    now.write(json);
    json.writeFieldName("rates");
    meter.rates(now, System.nanoTime()).write(json);
  }
}
