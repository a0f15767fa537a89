package dev.argyle.server.rule;

import dev.argyle.wire.RuleRef;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link Question}. Made once per rule, not once per question.
 *
 * @param source the local address to dial from; null: the rule names none. Its family may not be
 *     the destination's: then there is nothing to dial from
 * @param egress the egress to leave by; null: the rule names none
 * @param by what decided
 */
public record Decision(
    boolean allowed, @Nullable InetAddress source, @Nullable String egress, RuleRef by) {

  /** As above; see {@link RuleRef} for {@code rule} and {@code reason}. */
  public Decision(boolean allowed, int rule, @Nullable InetAddress source, String reason) {
    this(allowed, source, null, new RuleRef(rule, reason));
  }

  /** Which line of {@code rules} decided, from 1; 0: none of them. */
  public int rule() {
    return by.number();
  }

  /** What decided, in words for a log. */
  public String reason() {
    return by.words();
  }
}
