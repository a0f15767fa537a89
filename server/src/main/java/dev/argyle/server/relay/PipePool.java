package dev.argyle.server.relay;

import dev.argyle.server.net.Errno;
import dev.argyle.server.net.LinuxSocketLoop;
import dev.argyle.server.net.Syscalls;
import dev.argyle.server.telemetry.Counter;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loop's empty pipes. A direction borrows one while octets are in it, so that an idle tunnel
 * holds none. Belongs to one loop.
 *
 * <p>An unprivileged user may hold 16,384 pipe pages in all (fs.pipe-user-pages-soft). Beyond that
 * F_SETPIPE_SZ fails, and a new pipe holds a page or two. Such short pipes are used, and closed
 * afterwards.
 */
final class PipePool {

  /** Empty pipes that are kept; what comes back beyond that is closed. */
  static final int KEPT_AT_MOST = 64;

  private static final Logger LOG = LoggerFactory.getLogger(PipePool.class);

  private final LinuxSocketLoop loop;
  private final Syscalls calls;
  private final ArrayDeque<Pipe> empty = new ArrayDeque<>();
  private final int[] ends = new int[2];
  private int wantedOctets;
  private boolean shortageLogged;

  PipePool(LinuxSocketLoop loop) {
    this.loop = loop;
    this.calls = loop.calls();
  }

  /**
   * An empty pipe; null when descriptors have run out.
   *
   * @param octets its capacity, if the kernel grants it
   */
  @Nullable Pipe borrow(int octets) {
    if (octets != wantedOctets) {
      close(); // the configured buffer size has changed: these have the old one
      wantedOctets = octets;
    }
    Pipe kept = empty.pollLast();
    return kept != null ? kept : make(octets);
  }

  private @Nullable Pipe make(int octets) {
    int made = calls.pipe(ends);
    if (made < 0) {
      loop.counters().add(Counter.DESCRIPTOR_SHORTAGES, 1);
      if (!shortageLogged) {
        shortageLogged = true;
        LOG.warn(
            "no pipe for a tunnel ({}): its octets are copied, which takes more CPU; logged once",
            Errno.words(-made));
      }
      return null;
    }
    int granted = calls.pipeCapacity(ends[1], octets);
    return new Pipe(ends[0], ends[1], Math.max(granted, 0));
  }

  /** Puts octets of the loop's buffer into a pipe; the number that it took, or an errno. */
  int write(Pipe pipe, int at, int length) {
    return calls.write(pipe.input(), loop.bufferAddress() + at, length);
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
