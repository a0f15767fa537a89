package dev.argyle.server.relay;

import dev.argyle.server.net.ProcessLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much pipes may hold, as /proc tells (proc(5), pipe(7)). Immutable.
 *
 * @param octets capacity of all of this process's pipes together
 */
record PipeQuota(long octets) {

  private static final Logger LOG = LoggerFactory.getLogger(PipeQuota.class);

  /** Of x86-64; where pages are larger, the quota is used in part. */
  private static final int PAGE_OCTETS = 4096;

  /** Three fourths of a user's quota: its other processes need pipes, too. */
  private static final double PART_OF_QUOTA = 0.75;

  /** What a process without a quota may hold, and one whose quota is not known. */
  private static final long WITHOUT_QUOTA_OCTETS = 1L << 30;

  private static final long UNKNOWN_OCTETS = 16384L * PAGE_OCTETS;

  /** Pipes take a fourth of the descriptors at most. */
  private static final int DESCRIPTOR_PARTS = 4;

  private static final int DESCRIPTORS_OF_A_PIPE = 2;

  /** CAP_SYS_ADMIN or CAP_SYS_RESOURCE (linux/capability.h). */
  private static final long EXEMPT = 1L << 21 | 1L << 24;

  static PipeQuota ofThisProcess() {
    return of(Path.of("/proc"));
  }

  /**
   * @param proc where /proc is mounted
   */
  static PipeQuota of(Path proc) {
    long octets;
    try {
      octets = exempt(proc) ? WITHOUT_QUOTA_OCTETS : quotaOctets(proc);
    } catch (IOException | NumberFormatException unknown) {
      LOG.debug("the quota of pipes is not known", unknown);
      octets = (long) (UNKNOWN_OCTETS * PART_OF_QUOTA);
    }
    return new PipeQuota(Math.min(octets, descriptorOctets(proc)));
  }

  private static long quotaOctets(Path proc) throws IOException {
    long quota = userPages(proc) * PAGE_OCTETS;
    return quota == 0 ? WITHOUT_QUOTA_OCTETS : (long) (quota * PART_OF_QUOTA);
  }

  /** Of a sysctl, a read that is not the first gives nothing; so not octet by octet. */
  static long userPages(Path proc) throws IOException {
    return Long.parseLong(
        Files.readAllLines(proc.resolve("sys/fs/pipe-user-pages-soft")).getFirst().strip());
  }

  private static boolean exempt(Path proc) throws IOException {
    String effective = word(Files.readAllLines(proc.resolve("self/status")), "CapEff:");
    return (Long.parseUnsignedLong(effective, 16) & EXEMPT) != 0;
  }

  /** What so many pipes hold that have the largest capacity. */
  private static long descriptorOctets(Path proc) {
    try {
      int most = ProcessLimits.descriptors(Files.readString(proc.resolve("self/limits")));
      if (most == Integer.MAX_VALUE) { // there is no limit
        return WITHOUT_QUOTA_OCTETS;
      }
      long pipes = most / DESCRIPTOR_PARTS / DESCRIPTORS_OF_A_PIPE;
      return pipes * Splice.PIPE_OCTETS;
    } catch (IOException unknown) {
      return WITHOUT_QUOTA_OCTETS;
    }
  }

  /** The first word behind a label. */
  private static String word(List<String> lines, String label) {
    for (String line : lines) {
      if (line.startsWith(label)) {
        return line.substring(label.length()).strip().split("\\s+", 2)[0];
      }
    }
    throw new NumberFormatException("no line begins with " + label);
  }
}
