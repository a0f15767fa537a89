package dev.argyle.server.dial;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Asks name servers. Belongs to one loop, the resolver's. */
interface NameServers {

  /**
   * @param reply is called once, on that loop, unless the question is cancelled before; possibly at
   *     once. It comes within a bounded time
   * @return cancels the question: what it holds is released, and no reply follows. After a reply it
   *     does nothing
   */
  Runnable ask(Question question, Consumer<Reply> reply);

  /**
   * Loads what the first question would otherwise wait for, without asking anybody outside of this
   * machine. Any thread may call it.
   *
   * @return is done once it is over, whatever came of it
   */
  default Future<?> warmUp() {
    return CompletableFuture.completedFuture(null);
  }

  /**
   * @param ttlSeconds how long the answer may be cached, as its records say; 0: not at all
   */
  record Reply(NameResolver.Answer answer, long ttlSeconds) {}
}
