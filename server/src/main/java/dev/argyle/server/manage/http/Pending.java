package dev.argyle.server.manage.http;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A request that is being carried out, so far as its connection can end it: a login that waits for
 * its turn is given up when the client leaves. The connection's loop and the request's thread share
 * it.
 */
final class Pending {

  // under the monitor
  private boolean left;
  private @Nullable CompletableFuture<?> waitedFor;

  /** The client has left. */
  synchronized void leave() {
    left = true;
    if (waitedFor != null) {
      waitedFor.cancel(false);
    }
  }

  /**
   * Waits for something.
   *
   * @throws CancellationException if the client has left
   */
  <T extends @Nullable Object> T await(CompletableFuture<T> future) {
    synchronized (this) {
      waitedFor = future;
      if (left) {
        future.cancel(false);
      }
    }
    try {
      return future.join();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
    } finally {
      synchronized (this) {
        waitedFor = null;
      }
    }
  }
}
