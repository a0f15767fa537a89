package dev.argyle.server.relay;

import dev.argyle.server.telemetry.EndReason;
import io.netty.channel.IoEventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One loop's list of everything that has deadlines. It is visited once every selector timeout, so
 * that no connection needs a timer; a timeout is noticed that much late at most. While the list is
 * empty nothing ticks, and the loop sleeps until somebody comes. Everything here happens on the
 * loop.
 */
public final class Sweep {

  private final IoEventLoop loop;
  private @Nullable SweepMember first;
  private @Nullable SweepMember resumeAt;
  private int size;
  private long intervalNanos; // 0: not started, or ended
  private @Nullable ScheduledFuture<?> ticking;
  private long dueNanos; // when it ticks, if it does

  public Sweep(IoEventLoop loop) {
    this.loop = loop;
  }

  /**
   * Starts, or changes the interval. That never moves the next tick later: whoever reloads again
   * and again would otherwise stop all deadlines.
   */
  public void every(Duration selectorTimeout) {
    intervalNanos = selectorTimeout.toNanos();
    if (ticking != null && dueNanos - (System.nanoTime() + intervalNanos) > 0) {
      stopTicking();
    }
    if (ticking == null && size > 0) {
      tickLater();
    }
  }

  /** Ends it; who is here is not visited again. */
  public void end() {
    intervalNanos = 0;
    stopTicking();
  }

  private void tickLater() {
    if (intervalNanos > 0) {
      dueNanos = System.nanoTime() + intervalNanos;
      ticking = loop.schedule(this::tick, intervalNanos, TimeUnit.NANOSECONDS);
    }
  }

  private void stopTicking() {
    if (ticking != null) {
      ticking.cancel(false);
      ticking = null;
    }
  }

  public void add(SweepMember member) {
    member.next = first;
    if (first != null) {
      first.previous = member;
    }
    first = member;
    size++;
    if (ticking == null) {
      tickLater();
    }
  }

  public void remove(SweepMember member) {
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

  /** Whether it will look at its members; if there are none it need not. */
  boolean isTicking() {
    return ticking != null;
  }

  private void tick() {
    ticking = null;
    long now = System.nanoTime();
    forEach(member -> member.sweep(now));
    if (size > 0 && ticking == null) {
      tickLater();
    }
  }

  /** Ends every member. */
  public void endAll(EndReason reason) {
    forEach(member -> member.end(reason));
  }

  /** Members may leave meanwhile. What one throws is told to that member; the others follow. */
  private void forEach(Consumer<SweepMember> action) {
    resumeAt = first;
    while (resumeAt != null) {
      SweepMember member = resumeAt;
      resumeAt = member.next;
      member.guard(() -> action.accept(member));
    }
  }
}
