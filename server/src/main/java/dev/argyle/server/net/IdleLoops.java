package dev.argyle.server.net;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorGroup;
import java.util.concurrent.TimeUnit;

/**
 * Lets loops sleep while nobody is there. Netty wakes a loop that has no timer once a second, to
 * throw cancelled ones away; a loop that has one waits for that. So each gets one that is far off.
 */
public final class IdleLoops {

  private static final long FAR_OFF_HOURS = 24;

  private IdleLoops() {}

  /** Once for each group of loops, when it is made. */
  public static void sleepLong(EventExecutorGroup loops) {
    for (EventExecutor loop : loops) {
      loop.scheduleAtFixedRate(() -> {}, FAR_OFF_HOURS, FAR_OFF_HOURS, TimeUnit.HOURS);
    }
  }
}
