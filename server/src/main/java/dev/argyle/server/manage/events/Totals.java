package dev.argyle.server.manage.events;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.argyle.server.telemetry.Concurrency;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.Telemetry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How the server is, in figures that cost little to read: counters are added up over the loops.
 *
 * @param open connections, now
 * @param mostOpen at once, since the process began
 * @param users accounts, and users of this run
 * @param usersConnected users with an open connection
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
 * @param descriptors open now; -1: not known
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
    long descriptors,
    long heap,
    long heapLimit) {

  /** Its size is the number of descriptors, from Linux 6.2 on; elsewhere it is 0. */
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

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
   * @param usersConnected as the table of connections tells, which costs a walk
   */
  public static Totals read(Telemetry telemetry, long users, long usersConnected) {
    Counters counters = telemetry.counters();
    Map<String, Long> refused = new LinkedHashMap<>();
    REFUSED.forEach((word, counter) -> refused.put(word, counters.sum(counter)));
    Runtime runtime = Runtime.getRuntime();
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
        openDescriptors(),
        runtime.totalMemory() - runtime.freeMemory(),
        runtime.maxMemory());
  }

  private static long average(Counters counters, Counter octets, Counter operations) {
    long count = counters.sum(operations);
    return count == 0 ? 0 : counters.sum(octets) / count;
  }

  private static long openDescriptors() {
    try {
      long size = Files.size(DESCRIPTORS);
      return size == 0 ? -1 : size;
    } catch (IOException elsewhere) {
      return -1;
    }
  }

  /** All that was refused. */
  public long refused() {
    return refusedBy.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * Writes an object; the field's name was written.
   *
   * @param limits what does not change from second to second, or is known elsewhere
   */
  public void write(JsonGenerator json, Limits limits) throws IOException {
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
    known("loopLagP99Micros", limits.loopLag().p99Micros(), json);
    known("loopLagMaxMicros", limits.loopLag().maxMicros(), json);
    known("descriptors", descriptors, json);
    known("descriptorLimit", limits.descriptors(), json);
    json.writeNumberField("heap", heap);
    json.writeNumberField("heapLimit", heapLimit);
    json.writeObjectFieldStart("refusedBy");
    for (String word : REFUSED.keySet()) {
      json.writeNumberField(word, refusedBy.getOrDefault(word, 0L));
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void known(String name, long value, JsonGenerator json) throws IOException {
    if (value < 0) {
      json.writeNullField(name);
    } else {
      json.writeNumberField(name, value);
    }
  }

  /**
   * What is not counted in telemetry.
   *
   * @param descriptors that the process may have; -1: not known
   * @param loopLag asked at each look
   */
  public record Limits(long descriptors, LoopLag loopLag) {

    /** Nothing of it is known. */
    public static final Limits UNKNOWN = new Limits(-1, LoopLag.UNKNOWN);
  }

  /** How late turns of the loops came in the last while, in microseconds; -1: not known. */
  public interface LoopLag {

    /** Nobody measures it. */
    LoopLag UNKNOWN =
        new LoopLag() {
          @Override
          public long p99Micros() {
            return -1;
          }

          @Override
          public long maxMicros() {
            return -1;
          }
        };

    long p99Micros();

    long maxMicros();
  }
}
