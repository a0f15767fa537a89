package dev.argyle.server;

import dev.argyle.server.config.Socks;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the process may open as many files as the configured connections take. */
public final class DescriptorNeed {

  private static final Logger LOG = LoggerFactory.getLogger(DescriptorNeed.class);

  /** A tunnel has two sockets. Pipes are taken while descriptors are left, so they do not count. */
  private static final int OF_A_CONNECTION = 2;

  /** Libraries, logs, the accounts' database, listeners and loops. */
  private static final int OF_THE_SERVER = 200;

  private DescriptorNeed() {}

  /**
   * Warns if they are too few: the configured limit is then never reached.
   *
   * @param descriptors that this process may have
   */
  static void check(Socks socks, int descriptors) {
    String warning = warning(socks.maxConnections(), descriptors);
    if (warning != null) {
      LOG.warn("{}", warning);
    }
  }

  /** What is said if they are too few, and what to do; null: they are enough. */
  public static @Nullable String warning(int maxConnections, int descriptors) {
    long needed = (long) OF_A_CONNECTION * maxConnections + OF_THE_SERVER;
    if (descriptors >= needed) {
      return null;
    }
    int possible = Math.max(0, descriptors - OF_THE_SERVER) / OF_A_CONNECTION;
    return "socks.max-connections is "
        + maxConnections
        + ", and this process may have "
        + descriptors
        + " open files, enough for about "
        + possible
        + " connections; raise the limit to "
        + needed
        + " (systemd: LimitNOFILE=; shell: ulimit -Hn), or lower max-connections";
  }
}
