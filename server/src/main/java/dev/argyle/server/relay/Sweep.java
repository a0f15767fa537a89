package dev.argyle.server.relay;

import dev.argyle.server.telemetry.EndReason;
import io.netty.channel.IoEventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One loop's list of what has deadlines, gone through every selector timeout: no timer a
 * connection, and a timeout is noticed at most that late. Everything here happens on the loop.
 */
public final class Sweep {

  private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);

  private final IoEventLoop loop;
  private @Nullable Swept first;
  private @Nullable Swept resumeAt;
  private int size;
  private @Nullable ScheduledFuture<?> ticking;

  public Sweep(IoEventLoop loop) {
    this.loop = loop;
  }

  /** Begins, or goes on at another pace. */
  public void every(Duration selectorTimeout) {
    if (ticking != null) {
      ticking.cancel(false);
    }
    long nanos = selectorTimeout.toNanos();
    ticking = loop.scheduleAtFixedRate(this::tick, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  public void end() {
    if (ticking != null) {
      ticking.cancel(false);
    }
  }

  public void add(Swept member) {
    member.next = first;
    if (first != null) {
      first.previous = member;
    }
    first = member;
    size++;
  }

  public void remove(Swept member) {
    if (resumeAt == member) {
      resumeAt = member.next;
    }
    if (member.previous != null) {
      member.previous.next = member.next;
    } else if (first == member) {
      first = member.next;
    } else {
      return; // it was not here
    }
    if (member.next != null) {
      member.next.previous = member.previous;
    }
    member.previous = null;
    member.next = null;
    size--;
  }

  /** How many there are. */
  public int size() {
    return size;
  }

  private void tick() {
    long now = System.nanoTime();
    forEach(member -> member.sweep(now));
  }

  /** Ends every member. */
  public void endAll(EndReason reason) {
    forEach(member -> member.end(reason));
  }

  /** Shows {@code action} every member; members may leave meanwhile. */
  private void forEach(Consumer<Swept> action) {
    resumeAt = first;
    while (resumeAt != null) {
      Swept member = resumeAt;
      resumeAt = member.next;
      try {
        action.accept(member);
      } catch (RuntimeException bug) {
        LOG.error("a sweep failed; this is a bug of Argyle's", bug);
      }
    }
  }
}
