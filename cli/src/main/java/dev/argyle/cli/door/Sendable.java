package dev.argyle.cli.door;

import dev.argyle.wire.Fields;
import dev.argyle.wire.bottler.BottlerRequest;
import java.time.Duration;

/** What a protocol can carry, checked before it is asked to; ranges are the server's to decide. */
final class Sendable {

  private static final int FIELD_OCTETS = 4;

  private Sendable() {}

  static Duration seconds(Duration time) throws DoorProblem {
    if (time.toMillisPart() != 0) {
      throw new DoorProblem("timeout: whole seconds only, 0 to 24h");
    }
    fitting("timeout: 0 (never) to 24h", time.toSeconds());
    return time;
  }

  static Duration millis(Duration time) throws DoorProblem {
    if (time.compareTo(Duration.ofDays(1)) > 0) { // more than fits, and overflows further up
      throw new DoorProblem("selector-timeout: 10ms to 1m");
    }
    return time;
  }

  static long octets(long size) throws DoorProblem {
    return fitting("buffer-size: 4KiB to 1MiB", size);
  }

  private static long fitting(String range, long value) throws DoorProblem {
    try {
      return Fields.fitting("value", value, FIELD_OCTETS);
    } catch (IllegalArgumentException tooMuch) {
      throw new DoorProblem(range);
    }
  }

  /** Bottler's requests are short: two fields of so many octets, their length octets included. */
  static void together(String first, int one, String second, int other) throws DoorProblem {
    int most = BottlerRequest.MAX_PARAMETER_OCTETS;
    if (one + other > most) {
      throw new DoorProblem(
          first
              + " and "
              + second
              + ": together too long for bottler, which takes at most "
              + (most - 2)
              + " bytes of them; use another --via, or argyle users");
    }
  }

  static void alone(String what, int octets) throws DoorProblem {
    int most = BottlerRequest.MAX_PARAMETER_OCTETS;
    if (octets > most) {
      throw new DoorProblem(
          what + ": too long for bottler, which takes at most " + (most - 1) + " bytes");
    }
  }
}
