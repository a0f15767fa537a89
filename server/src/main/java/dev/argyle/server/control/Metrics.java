package dev.argyle.server.control;

import dev.argyle.server.telemetry.Concurrency;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.Telemetry;

/**
 * The metrics that every door shows, read at one time, so that the protocols agree.
 *
 * @param accepted SOCKS connections since the process began
 * @param open now
 * @param mostOpen the high-water mark
 * @param up payload octets from clients
 * @param down payload octets to clients
 * @param authenticationAttempts on the SOCKS side
 * @param requests successful or not
 * @param averageRead octets moved by the relay's reads, divided by those that moved any; 0: none
 * @param averageWrite the same of its writes
 */
public record Metrics(
    long accepted,
    long open,
    long mostOpen,
    long up,
    long down,
    long authenticationAttempts,
    long requests,
    long averageRead,
    long averageWrite) {

  static Metrics of(Telemetry telemetry) {
    Counters counters = telemetry.counters();
    Concurrency concurrency = telemetry.connections().concurrency();
    long open = concurrency.current();
    return new Metrics(
        counters.sum(Counter.CONNECTIONS_ACCEPTED),
        open,
        Math.max(open, concurrency.highest()), // one that opens just now may not have raised it yet
        counters.sum(Counter.OCTETS_UP),
        counters.sum(Counter.OCTETS_DOWN),
        counters.sum(Counter.AUTHENTICATION_ATTEMPTS),
        counters.requests(),
        average(counters, Counter.RELAY_READ_OCTETS, Counter.RELAY_READS),
        average(counters, Counter.RELAY_WRITE_OCTETS, Counter.RELAY_WRITES));
  }

  private static long average(Counters counters, Counter octets, Counter operations) {
    long count = counters.sum(operations);
    return count == 0 ? 0 : counters.sum(octets) / count;
  }

  /** Payload octets, both ways. */
  public long octets() {
    return up + down;
  }
}
