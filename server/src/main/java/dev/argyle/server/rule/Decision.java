package dev.argyle.server.rule;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link Question}. Made once per rule, not once per question.
 *
 * @param rule which line of {@code rules} decided, from 1; 0: none of them
 * @param source the local address to dial from; null: the system chooses. Its family may not be the
 *     destination's: then there is nothing to dial from
 * @param reason what decided, in words for a log
 */
public record Decision(boolean allowed, int rule, @Nullable InetAddress source, String reason) {}
