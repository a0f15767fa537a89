package dev.argyle.server.relay;

import dev.argyle.server.net.Errno;
import dev.argyle.server.net.LinuxSocketLoop;
import dev.argyle.server.net.Syscalls;
import dev.argyle.server.relay.Holdings.Share;
import dev.argyle.server.telemetry.Counter;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loop's pipes. A direction borrows one while octets are in it, so that an idle tunnel holds
 * none. Belongs to one loop.
 *
 * <p>An unprivileged user may hold 16,384 pipe pages in all (fs.pipe-user-pages-soft). Beyond that
 * F_SETPIPE_SZ fails, and a new pipe holds a page or two: it would be filled by a few segments, so
 * it is no use here. The pool makes no more than the loop's part of that quota ({@link
 * LoopMemory}), and readers that have stopped leave some of it to other users ({@link Holdings}).
 * Without a pipe a direction copies.
 */
final class PipePool {

  /** Empty pipes that are kept; what comes back beyond that is closed. */
  static final int KEPT_AT_MOST = 64;

  /** After the system has refused a pipe, it is left alone for a while: asking takes four calls. */
  private static final long REFUSED_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final Logger LOG = LoggerFactory.getLogger(PipePool.class);

  private final LinuxSocketLoop loop;
  private final Syscalls calls;
  private final Holdings lent;
  private final long pipeOctets;
  private final ArrayDeque<Pipe> empty = new ArrayDeque<>();
  private final int[] ends = new int[2];
  private long emptyOctets;
  private boolean refused;
  private long refusedNanos;
  private boolean refusalLogged;

  /**
   * @param lent what directions have borrowed
   * @param pipeOctets what the pipes may hold, borrowed or empty
   */
  PipePool(LinuxSocketLoop loop, Holdings lent, long pipeOctets) {
    this.loop = loop;
    this.calls = loop.calls();
    this.lent = lent;
    this.pipeOctets = pipeOctets;
  }

  /** What a pipe counts for: its capacity, and at least what most have, for its descriptors. */
  private static long cost(int capacityOctets) {
    return Math.max(capacityOctets, Splice.PIPE_OCTETS);
  }

  /**
   * An empty pipe.
   *
   * @param octets its capacity at least
   * @param share who borrows it
   * @return null: the share is used up, or the system grants none
   */
  @Nullable Pipe borrow(int octets, Share share) {
    @Nullable Pipe pipe = null;
    if (lent.room(share) >= cost(octets)) {
      pipe = kept(octets);
      if (pipe == null && mayAsk()) {
        pipe = make(octets);
      }
    }
    if (pipe == null) {
      loop.counters().add(Counter.PIPE_SHORTAGES, 1);
    } else {
      lent.change(share, cost(pipe.capacityOctets()));
    }
    return pipe;
  }

  /** One that is large enough; the configured buffer size may have changed since they were made. */
  private @Nullable Pipe kept(int octets) {
    for (Iterator<Pipe> each = empty.descendingIterator(); each.hasNext(); ) {
      Pipe pipe = each.next();
      if (pipe.capacityOctets() >= octets) {
        each.remove();
        emptyOctets -= cost(pipe.capacityOctets());
        return pipe;
      }
    }
    return null;
  }

  private boolean mayAsk() {
    if (refused && System.nanoTime() - refusedNanos < REFUSED_NANOS) {
      return false;
    }
    refused = false;
    return true;
  }

  private @Nullable Pipe make(int octets) {
    while (lent.heldOctets() + emptyOctets + cost(octets) > pipeOctets) {
      Pipe small = empty.pollFirst();
      if (small == null) {
        return null;
      }
      emptyOctets -= cost(small.capacityOctets());
      close(small);
    }
    int made = loop.mayOpen() ? calls.pipe(ends) : -Errno.EMFILE;
    if (made < 0) {
      loop.counters().add(Counter.DESCRIPTOR_SHORTAGES, 1);
      refusedBecause(Errno.words(-made));
      return null;
    }
    int granted = calls.pipeCapacity(ends[1], octets);
    Pipe pipe = new Pipe(ends[0], ends[1], Math.max(granted, 0));
    if (granted < octets) {
      close(pipe);
      refusedBecause("this user's pipes hold as much as fs.pipe-user-pages-soft allows");
      return null;
    }
    return pipe;
  }

  private void refusedBecause(String words) {
    refused = true;
    refusedNanos = System.nanoTime();
    if (!refusalLogged) {
      refusalLogged = true;
      LOG.warn(
          "no pipe for a tunnel ({}): its octets are copied, which takes more CPU; logged once",
          words);
    }
  }

  /** Puts octets of the loop's buffer into a pipe; the number that it took, or an errno. */
  int write(Pipe pipe, int at, int length) {
    return calls.write(pipe.input(), loop.bufferAddress() + at, length);
  }

  /** Takes an empty pipe back. */
  void giveBack(Pipe pipe, Share share) {
    long cost = cost(pipe.capacityOctets());
    lent.change(share, -cost);
    if (empty.size() < KEPT_AT_MOST) {
      empty.addLast(pipe);
      emptyOctets += cost;
    } else {
      close(pipe);
    }
  }

  /** Closes a pipe that was borrowed, with what is in it. */
  void discard(Pipe pipe, Share share) {
    lent.change(share, -cost(pipe.capacityOctets()));
    close(pipe);
  }

  private void close(Pipe pipe) {
    calls.close(pipe.output());
    calls.close(pipe.input());
  }

  /** Closes the empty pipes. */
  void close() {
    for (Pipe pipe = empty.pollLast(); pipe != null; pipe = empty.pollLast()) {
      close(pipe);
    }
    emptyOctets = 0;
  }
}
