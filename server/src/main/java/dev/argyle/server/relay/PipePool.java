package dev.argyle.server.relay;

import dev.argyle.server.net.Errno;
import dev.argyle.server.net.Syscalls;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.LoopCounters;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loop's empty pipes. A tunnel borrows one while octets are in flight, so that an idle tunnel
 * holds none. Belongs to one loop.
 *
 * <p>An unprivileged user may hold 16,384 pipe pages in all (fs.pipe-user-pages-soft); beyond that
 * F_SETPIPE_SZ fails and new pipes hold a page or two. Such short pipes are used for what they hold
 * and not kept.
 */
final class PipePool {

  /** Empty pipes kept for the next tunnel; what comes back beyond that is closed. */
  static final int KEPT_AT_MOST = 64;

  private static final Logger LOG = LoggerFactory.getLogger(PipePool.class);

  private final Syscalls calls;
  private final LoopCounters counters;
  private final ArrayDeque<Pipe> empty = new ArrayDeque<>();
  private final int[] ends = new int[2];
  private int wantedOctets;
  private boolean shortageSaid;

  PipePool(Syscalls calls, LoopCounters counters) {
    this.calls = calls;
    this.counters = counters;
  }

  /**
   * An empty pipe, of {@code wantedOctets} where the kernel grants it; null when descriptors have
   * run out.
   */
  @Nullable Pipe borrow(int octets) {
    if (octets != wantedOctets) {
      close(); // the buffer size was changed: pipes of the old one are of no use
      wantedOctets = octets;
    }
    Pipe kept = empty.pollLast();
    return kept != null ? kept : make(octets);
  }

  private @Nullable Pipe make(int octets) {
    int made = calls.pipe(ends);
    if (made < 0) {
      counters.add(Counter.DESCRIPTOR_SHORTAGES, 1);
      if (!shortageSaid) {
        shortageSaid = true;
        LOG.warn(
            "no pipe for a tunnel ({}): copying instead, which costs more; said once",
            Errno.words(-made));
      }
      return null;
    }
    int granted = calls.pipeCapacity(ends[1], octets);
    return new Pipe(ends[0], ends[1], Math.max(granted, 0));
  }

  /** Takes an empty pipe back. */
  void giveBack(Pipe pipe) {
    if (empty.size() < KEPT_AT_MOST && pipe.capacityOctets() >= wantedOctets) {
      empty.addLast(pipe);
    } else {
      discard(pipe);
    }
  }

  /** Closes a pipe, with what is in it. */
  void discard(Pipe pipe) {
    calls.close(pipe.output());
    calls.close(pipe.input());
  }

  /** Closes the empty pipes. */
  void close() {
    for (Pipe pipe = empty.pollLast(); pipe != null; pipe = empty.pollLast()) {
      discard(pipe);
    }
  }
}
