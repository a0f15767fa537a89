package dev.argyle.server.dial;

import java.util.function.Consumer;

/** Asks name servers. Belongs to one loop, the resolver's. */
interface NameServers {

  /**
   * @param reply is called exactly once, on that loop; possibly at once
   */
  void ask(Question question, Consumer<Reply> reply);

  /**
   * @param ttlSeconds how long the answer may be cached, as its records say; 0: not at all
   */
  record Reply(NameResolver.Answer answer, long ttlSeconds) {}
}
