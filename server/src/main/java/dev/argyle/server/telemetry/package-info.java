/**
 * What the server knows about itself: counters, the table of live connections, the journal of ended
 * ones, the access log and the security log. Loops write here on their hottest paths, so what they
 * call neither formats text nor waits for a disk: lines are formatted and written by one thread a
 * log, fed through a bounded queue.
 *
 * <p>May import nothing of Argyle. Must not know: users' passwords, rules, SOCKS. Start at {@link
 * dev.argyle.server.telemetry.Telemetry}, then {@link dev.argyle.server.telemetry.Counter}.
 */
@NullMarked
package dev.argyle.server.telemetry;

import org.jspecify.annotations.NullMarked;
