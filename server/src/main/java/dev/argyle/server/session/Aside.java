package dev.argyle.server.session;

import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What takes a while: done on a virtual thread, while the session's loop goes on with others. */
final class Aside {

  private static final Logger LOG = LoggerFactory.getLogger(Aside.class);

  private Aside() {}

  /**
   * Computes elsewhere, then goes on at the session's loop. What fails, whatever it throws, is a
   * bug of ours and ends that session.
   *
   * @param work touches nothing of the session
   */
  static <T> void compute(ClientSession<?> session, Supplier<T> work, Consumer<T> then) {
    Thread.ofVirtual().name("gssapi").start(() -> run(session, work, then));
  }

  private static <T> void run(ClientSession<?> session, Supplier<T> work, Consumer<T> then) {
    Runnable step = attempt(work, then, session::bug);
    try {
      session.loop.eventLoop().execute(session.guarded(step));
    } catch (RejectedExecutionException stopped) {
      LOG.debug("the loop has ended", stopped);
    }
  }

  /** Does the work; what is left to do at the loop, in any case. */
  static <T> Runnable attempt(
      Supplier<T> work, Consumer<T> then, Consumer<RuntimeException> failed) {
    try {
      T result = work.get();
      return () -> then.accept(result);
    } catch (RuntimeException failure) {
      return () -> failed.accept(failure);
    } catch (Throwable error) { // else nobody would go on with the session, nor end it
      return () -> failed.accept(new IllegalStateException(error));
    }
  }
}
