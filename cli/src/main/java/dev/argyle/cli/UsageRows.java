package dev.argyle.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.argyle.server.telemetry.AccountUsage.Used;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What a user has used, for people and for scripts. */
final class UsageRows {

  private UsageRows() {}

  static List<List<String>> of(Used used) {
    List<List<String>> rows = new ArrayList<>();
    String address = used.address();
    if (address != null) {
      rows.add(List.of("last address", address));
    }
    rows.add(
        List.of(
            "used in all",
            amount(used.up(), used.down()) + ", " + used.connections() + " connections"));
    rows.add(List.of("used in period", period(used)));
    return rows;
  }

  private static String period(Used used) {
    String amount = amount(used.periodUp(), used.periodDown());
    return used.sinceMillis() == 0
        ? amount
        : amount + ", since " + Instant.ofEpochMilli(used.sinceMillis());
  }

  private static String amount(long up, long down) {
    return CtlOutput.size(up) + " up, " + CtlOutput.size(down) + " down";
  }

  /** The field {@code usage}. */
  static void write(Used used, JsonGenerator json) throws IOException {
    json.writeStringField("lastAddress", used.address());
    json.writeObjectFieldStart("usage");
    json.writeNumberField("octetsUp", used.up());
    json.writeNumberField("octetsDown", used.down());
    json.writeNumberField("connections", used.connections());
    json.writeStringField(
        "periodSince",
        used.sinceMillis() == 0 ? null : Instant.ofEpochMilli(used.sinceMillis()).toString());
    json.writeNumberField("periodOctetsUp", used.periodUp());
    json.writeNumberField("periodOctetsDown", used.periodDown());
    json.writeEndObject();
  }
}
