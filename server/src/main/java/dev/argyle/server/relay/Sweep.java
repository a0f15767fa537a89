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
 * that no connection needs a timer; a timeout is noticed that much late at most. Everything here
 * happens on the loop.
 */
public final class Sweep {

  private final IoEventLoop loop;
  private @Nullable SweepMember first;
  private @Nullable SweepMember resumeAt;
  private int size;
  private @Nullable ScheduledFuture<?> ticking;

  public Sweep(IoEventLoop loop) {
    this.loop = loop;
  }

  /** Starts, or changes the interval. */
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

  public void add(SweepMember member) {
    member.next = first;
    if (first != null) {
      first.previous = member;
    }
    first = member;
    size++;
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

  private void tick() {
    long now = System.nanoTime();
    forEach(member -> member.sweep(now));
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
