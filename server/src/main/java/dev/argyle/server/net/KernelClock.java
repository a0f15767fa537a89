package dev.argyle.server.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** What the kernel knows about its own clock (adjtimex(2)). */
public final class KernelClock {

  /** {@code struct timex} of 64-bit systems, in octets. */
  private static final int STRUCT_OCTETS = 208;

  private static final int STATUS_OFFSET = 40;

  /** {@code STA_UNSYNC}: nobody has set the clock for long. */
  private static final int UNSYNCHRONISED = 0x40;

  private KernelClock() {}

  /**
   * Whether something (NTP, a time server of the hypervisor that tells the kernel) keeps the clock
   * right; empty: it is not known here.
   */
  public static Optional<Boolean> synchronised() {
    if (!LinuxSyscalls.available()) {
      return Optional.empty();
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment captured = arena.allocate(LinuxSyscalls.CAPTURED);
      MemorySegment timex = arena.allocate(STRUCT_OCTETS, 8); // modes 0: it only asks
      long result =
          LinuxSyscalls.call(
              LinuxSyscalls.bound("adjtimex"), captured, timex.address(), 0, 0, 0, 0, 0);
      return (int) result < 0
          ? Optional.empty()
          : Optional.of((timex.get(JAVA_INT, STATUS_OFFSET) & UNSYNCHRONISED) == 0);
    }
  }
}
