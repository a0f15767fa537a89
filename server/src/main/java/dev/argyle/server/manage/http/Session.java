package dev.argyle.server.manage.http;

import dev.argyle.server.control.Actor;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who has logged in with a form, and whom a cookie stands for since. What is open on
 * behalf of it, such as a stream of events, keeps it from being idle, and ends with it. Under its
 * own monitor.
 */
final class Session {

  private final Actor actor;
  private final String csrf;
  private final long endNanos;
  private final Set<Runnable> uses = new HashSet<>(); // by identity
  private long usedNanos;
  private boolean ended;
  private @Nullable Runnable forget; // how control is told that it has ended

  /**
   * @param csrf what a page of ours repeats in each change
   * @param endNanos when it ends, however much it is used
   */
  Session(Actor actor, String csrf, long nowNanos, long endNanos) {
    this.actor = actor;
    this.csrf = csrf;
    this.usedNanos = nowNanos;
    this.endNanos = endNanos;
  }

  Actor actor() {
    return actor;
  }

  String csrf() {
    return csrf;
  }

  /** For how long it can last at most. */
  long remainingNanos(long nowNanos) {
    return endNanos - nowNanos;
  }

  /** Since when nobody has used it; while something is open, nobody has to. */
  synchronized long idleNanos(long nowNanos) {
    return uses.isEmpty() ? nowNanos - usedNanos : 0;
  }

  synchronized void used(long nowNanos) {
    usedNanos = nowNanos;
  }

  /**
   * Something is open on behalf of it.
   *
   * @param end called when the session ends, at once if it has; must not block
   * @return to be run when it is closed
   */
  Runnable open(Runnable end, LongSupplier nanoTime) {
    synchronized (this) {
      if (!ended) {
        uses.add(end);
        return () -> closed(end, nanoTime.getAsLong());
      }
    }
    end.run();
    return () -> {};
  }

  private synchronized void closed(Runnable end, long nowNanos) {
    uses.remove(end);
    usedNanos = nowNanos;
  }

  /** What is to be run when it ends; at once if it has. */
  void forgottenBy(Runnable closes) {
    synchronized (this) {
      if (!ended) {
        forget = closes;
        return;
      }
    }
    closes.run();
  }

  /** Ends it, and what is open on behalf of it. Further calls do nothing. */
  void end() {
    Set<Runnable> open;
    Runnable closes;
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
      open = Set.copyOf(uses);
      uses.clear();
      closes = forget;
    }
    open.forEach(Runnable::run);
    if (closes != null) {
      closes.run();
    }
  }
}
