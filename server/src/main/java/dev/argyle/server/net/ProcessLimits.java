package dev.argyle.server.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the system lets this process have. */
public final class ProcessLimits {

  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final String DESCRIPTORS = "Max open files";

  private ProcessLimits() {}

  /**
   * File descriptors that this process may have (RLIMIT_NOFILE, which the JVM raises to the hard
   * limit when it starts); {@link Integer#MAX_VALUE} if there is no limit or it cannot be read.
   */
  public static int descriptors() {
    try {
      return descriptors(Files.readString(LIMITS));
    } catch (IOException elsewhere) {
      return Integer.MAX_VALUE; // not Linux
    }
  }

  /** As above, from the text of proc_pid_limits(5). */
  public static int descriptors(String limits) {
    return limits
        .lines()
        .filter(line -> line.startsWith(DESCRIPTORS))
        .map(line -> line.substring(DESCRIPTORS.length()).strip().split(" ")[0])
        .filter(soft -> !soft.isEmpty() && soft.chars().allMatch(Character::isDigit))
        .mapToInt(soft -> (int) Math.min(Integer.MAX_VALUE, Long.parseLong(soft)))
        .findFirst()
        .orElse(Integer.MAX_VALUE);
  }
}
