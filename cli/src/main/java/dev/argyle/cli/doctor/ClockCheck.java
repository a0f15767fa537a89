package dev.argyle.cli.doctor;

import dev.argyle.server.net.KernelClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether the clock is right, as far as this host can tell: Kerberos, certificates, penalties and
 * the times in logs depend on it.
 *
 * @param wallMillis when it began, by the clock
 * @param steadyNanos the same, by one that is never set
 */
record ClockCheck(long wallMillis, long steadyNanos) {

  /** What the two may differ by: adjustments are slow (adjtime(3): 0.5 ms a second). */
  private static final long MAX_DIFFERENCE_MILLIS = 100;

  /** What may lie in the future: file systems of other hosts have their own clocks. */
  private static final Duration FUTURE = Duration.ofMinutes(1);

  static ClockCheck begin() {
    return new ClockCheck(System.currentTimeMillis(), System.nanoTime());
  }

  /**
   * @param newest when a file of the data directory was last written; null: there is none
   */
  void end(Findings findings, @Nullable Instant newest) {
    end(
        findings,
        KernelClock.synchronised(),
        System.currentTimeMillis(),
        System.nanoTime(),
        newest);
  }

  void end(
      Findings findings,
      Optional<Boolean> synchronised,
      long nowMillis,
      long nowNanos,
      @Nullable Instant newest) {
    long jump = nowMillis - wallMillis - TimeUnit.NANOSECONDS.toMillis(nowNanos - steadyNanos);
    boolean right = true;
    if (Math.abs(jump) > MAX_DIFFERENCE_MILLIS) {
      right = false;
      findings.warn(
          "the clock was set by " + jump + " ms while this looked",
          "find out who sets it: one program alone should, and slowly (chrony, systemd-timesyncd)");
    }
    Instant now = Instant.ofEpochMilli(nowMillis);
    if (newest != null && newest.isAfter(now.plus(FUTURE))) {
      right = false;
      findings.warn(
          "the data directory was written to at " + newest + ", and it is " + now + " now",
          "the clock was set back, or is wrong now: set it (timedatectl)");
    }
    if (!synchronised.orElse(true)) {
      right = false;
      findings.warn(
          "nothing keeps the clock right, as far as the kernel knows",
          "install chrony or systemd-timesyncd (Kerberos needs it within five minutes, and logs of"
              + " several hosts can be compared); the host of a container does it for all");
    }
    if (right) {
      findings.ok(
          synchronised.isPresent() ? "it is kept right" : "whether it is kept right is not known");
    }
  }
}
