package dev.argyle.server.net;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Work that takes too long for an event loop: done on a virtual thread. */
public final class Offload {

  private static final Logger LOG = LoggerFactory.getLogger(Offload.class);

  private Offload() {}

  /**
   * Computes on a virtual thread, then continues on the loop. Whatever either step throws is a bug,
   * and its owner is told of it on the loop. If the loop has stopped meanwhile, nothing follows.
   *
   * @param loop the owner's event loop
   * @param work must not touch what belongs to the loop
   * @param then takes the result, on the loop
   */
  public static <T> void compute(
      Executor loop, Supervised owner, Supplier<T> work, Consumer<? super T> then) {
    Thread.ofVirtual().name("offload").start(() -> run(loop, owner, work, then));
  }

  private static <T> void run(
      Executor loop, Supervised owner, Supplier<T> work, Consumer<? super T> then) {
    Runnable next = step(owner, work, then);
    try {
      loop.execute(owner.guarded(next));
    } catch (RejectedExecutionException stopped) {
      LOG.debug("the event loop has stopped", stopped);
    }
  }

  private static <T> Runnable step(Supervised owner, Supplier<T> work, Consumer<? super T> then) {
    try {
      T result = work.get();
      return () -> then.accept(result);
    } catch (Throwable bug) { // an error too: otherwise nobody would end the owner
      return () -> owner.tell(bug);
    }
  }
}
