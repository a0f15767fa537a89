package dev.argyle.server.dial;

import java.util.function.Consumer;

/** Whom to ask about names. Belongs to one loop, the resolver's. */
interface NameServers {

  /**
   * @param reply is called exactly once, on that loop; possibly at once
   */
  void ask(Question question, Consumer<Reply> reply);

  /**
   * What came of it.
   *
   * @param ttlSeconds how long the answer may be remembered, from the records themselves; 0: not at
   *     all
   */
  record Reply(NameResolver.Answer answer, long ttlSeconds) {}
}
