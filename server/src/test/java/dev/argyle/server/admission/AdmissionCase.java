package dev.argyle.server.admission;

import static dev.argyle.server.telemetry.Counter.CONNECTIONS_ACCEPTED;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.admission.Admission.Settings;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.Door;
import dev.argyle.server.telemetry.LogDestination;
import dev.argyle.server.telemetry.SecurityLog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** Clients that arrive at an admission, whose clock and luck the test has. */
abstract class AdmissionCase {

  static final InetAddress SOURCE = InetAddress.ofLiteral("192.0.2.1");
  static final InetAddress OTHER = InetAddress.ofLiteral("192.0.2.2");

  final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000); // it wraps soon
  final Counters counters = new Counters();
  final Deque<Admitted> inside = new ArrayDeque<>();
  double chance;
  private int sources;

  Admission admission(int maxConnections, int maxUnauthenticated) {
    return new Admission(
        new Settings(maxConnections, maxUnauthenticated, true),
        SecurityLog.none(),
        1,
        nanos::get,
        () -> chance);
  }

  /** What counts a client that arrives, from a source of its own. */
  Counter arrives(Admission admission) {
    int number = sources++;
    byte[] octets = {10, (byte) (number >> 16), (byte) (number >> 8), (byte) number};
    return arrives(admission, Door.SOCKS, address(octets));
  }

  /** What counts a client that arrives. */
  Counter arrives(Admission admission, Door door, InetAddress from) {
    Counters own = new Counters();
    Admitted admitted = admission.admits(door, from, own.shared());
    if (admitted != null) {
      inside.addLast(admitted);
    } else {
      assertThat(own.sum(CONNECTIONS_ACCEPTED)).isZero();
    }
    return Stream.of(Counter.values())
        .filter(each -> own.sum(each) > 0)
        .findFirst()
        .orElse(CONNECTIONS_ACCEPTED); // at the doors nobody counts them
  }

  static InetAddress address(byte[] octets) {
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException bug) {
      throw new AssertionError(bug);
    }
  }

  Admitted admitted(Admission admission) {
    return requireNonNull(admission.admits(Door.SOCKS, SOURCE, counters.shared()));
  }

  /** Writes to a file of the test, which it closes. */
  SecurityLog log(Path file) throws IOException {
    return SecurityLog.open(new LogDestination.File(file), counters, InstantSource.system());
  }

  Admission admission(SecurityLog log) {
    return new Admission(new Settings(10, 10, true), log, 1, nanos::get, () -> chance);
  }
}
