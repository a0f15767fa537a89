package dev.argyle.server.manage.events;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.argyle.server.telemetry.Concurrency;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.LoopLag;
import dev.argyle.server.telemetry.ProcessFigures;
import dev.argyle.server.telemetry.Telemetry;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How the server is, in figures that cost little to read: counters are added up over the loops.
 *
 * @param open connections, now
 * @param mostOpen at once, since the process began
 * @param users accounts, and users of this run
 * @param usersConnected users with an open connection that has made a request
 * @param connections accepted since the process began
 * @param octetsUp payload from clients
 * @param octetsDown payload to clients
 * @param authenticationAttempts on the SOCKS side
 * @param requests of every command, successful or not
 * @param averageRead octets of a read of the relay that moved any; 0: there was none
 * @param averageWrite the same of its writes
 * @param refusedBy clients and requests refused, by the reason; all reasons are there
 * @param penalised clients closed at accept since their source is penalised
 * @param bugs failures of Argyle itself
 * @param lagP99Nanos how late turns of the loops came in the last minute
 * @param lagMostNanos the latest of them
 * @param descriptors open now; 0: not known
 * @param descriptorLimit open at most; {@link Integer#MAX_VALUE}: there is no limit
 * @param heap octets of the heap in use
 * @param heapLimit octets that it may grow to
 */
public record Totals(
    long open,
    long mostOpen,
    long users,
    long usersConnected,
    long connections,
    long octetsUp,
    long octetsDown,
    long authenticationAttempts,
    long requests,
    long averageRead,
    long averageWrite,
    Map<String, Long> refusedBy,
    long penalised,
    long bugs,
    long lagP99Nanos,
    long lagMostNanos,
    long descriptors,
    long descriptorLimit,
    long heap,
    long heapLimit) {

  private static final Map<String, Counter> REFUSED = new LinkedHashMap<>();

  static {
    REFUSED.put("authentication", Counter.AUTHENTICATION_FAILURES);
    REFUSED.put("rule", Counter.REPLY_02);
    REFUSED.put("penalised", Counter.REFUSED_PENALISED);
    REFUSED.put("too-many", Counter.REFUSED_TOO_MANY);
    REFUSED.put("early-drop", Counter.REFUSED_EARLY_DROP);
    REFUSED.put("source-too-many", Counter.REFUSED_SOURCE_TOO_MANY);
    REFUSED.put("source-early-drop", Counter.REFUSED_SOURCE_EARLY_DROP);
    REFUSED.put("user-too-many", Counter.REFUSED_USER_TOO_MANY);
    REFUSED.put("account-expired", Counter.REFUSED_ACCOUNT_EXPIRED);
    REFUSED.put("account-hours", Counter.REFUSED_ACCOUNT_HOURS);
    REFUSED.put("account-from", Counter.REFUSED_ACCOUNT_FROM);
    REFUSED.put("account-full", Counter.REFUSED_ACCOUNT_FULL);
    REFUSED.put("account-opens", Counter.REFUSED_ACCOUNT_OPENS);
    REFUSED.put("account-quota", Counter.REFUSED_ACCOUNT_QUOTA);
    REFUSED.put("bind-limit", Counter.BINDS_REFUSED);
    REFUSED.put("udp-limit", Counter.UDP_ASSOCIATIONS_REFUSED);
    REFUSED.put("memory", Counter.REFUSED_MEMORY);
  }

  public Totals {
    refusedBy = Map.copyOf(refusedBy);
  }

  /**
   * Reads them. Any thread.
   *
   * @param users as the accounts tell
   * @param usersConnected as admission tells
   * @param descriptorLimit of the process
   */
  public static Totals read(
      Telemetry telemetry, long users, long usersConnected, int descriptorLimit) {
    Counters counters = telemetry.counters();
    Map<String, Long> refused = new LinkedHashMap<>();
    REFUSED.forEach((word, counter) -> refused.put(word, counters.sum(counter)));
    LoopLag.Window lag = counters.lag();
    Concurrency concurrency = telemetry.connections().concurrency();
    long open = concurrency.current();
    return new Totals(
        open,
        Math.max(open, concurrency.highest()), // one that opens just now may not have raised it yet
        users,
        usersConnected,
        counters.sum(Counter.CONNECTIONS_ACCEPTED),
        counters.sum(Counter.OCTETS_UP),
        counters.sum(Counter.OCTETS_DOWN),
        counters.sum(Counter.AUTHENTICATION_ATTEMPTS),
        counters.requests(),
        average(counters, Counter.RELAY_READ_OCTETS, Counter.RELAY_READS),
        average(counters, Counter.RELAY_WRITE_OCTETS, Counter.RELAY_WRITES),
        refused,
        counters.sum(Counter.REFUSED_PENALISED),
        counters.sum(Counter.BUGS),
        lag.p99Nanos(),
        lag.mostNanos(),
        ProcessFigures.descriptors(),
        descriptorLimit,
        ProcessFigures.heapOctets(),
        ProcessFigures.heapLimitOctets());
  }

  private static long average(Counters counters, Counter octets, Counter operations) {
    long count = counters.sum(operations);
    return count == 0 ? 0 : counters.sum(octets) / count;
  }

  /** All that was refused. */
  public long refused() {
    return refusedBy.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Writes an object; the field's name was written. */
  public void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeNumberField("open", open);
    json.writeNumberField("mostOpen", mostOpen);
    json.writeNumberField("users", users);
    json.writeNumberField("usersConnected", usersConnected);
    json.writeNumberField("connections", connections);
    json.writeNumberField("octetsUp", octetsUp);
    json.writeNumberField("octetsDown", octetsDown);
    json.writeNumberField("authenticationAttempts", authenticationAttempts);
    json.writeNumberField("requests", requests);
    json.writeNumberField("averageRead", averageRead);
    json.writeNumberField("averageWrite", averageWrite);
    json.writeNumberField("refused", refused());
    json.writeNumberField("penalised", penalised);
    json.writeNumberField("bugs", bugs);
    json.writeNumberField("loopLagP99Micros", TimeUnit.NANOSECONDS.toMicros(lagP99Nanos));
    json.writeNumberField("loopLagMaxMicros", TimeUnit.NANOSECONDS.toMicros(lagMostNanos));
    known("descriptors", descriptors, 0, json);
    known("descriptorLimit", descriptorLimit, Integer.MAX_VALUE, json);
    json.writeNumberField("heap", heap);
    json.writeNumberField("heapLimit", heapLimit);
    json.writeObjectFieldStart("refusedBy");
    for (String word : REFUSED.keySet()) {
      json.writeNumberField(word, refusedBy.getOrDefault(word, 0L));
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void known(String name, long value, long unknown, JsonGenerator json)
      throws IOException {
    if (value == unknown) {
      json.writeNullField(name);
    } else {
      json.writeNumberField(name, value);
    }
  }
}
