/**
 * What the server knows about itself: counters, the open connections, the history of ended ones,
 * the last malformed handshakes, the access log and the security log. Event loops call this room on
 * their hottest paths, so no call formats text or waits for a disk: each log has a thread that
 * formats and writes its lines, and a bounded queue in front of it.
 *
 * <p>Must not know: users' passwords, rules, SOCKS. Start at {@link
 * dev.argyle.server.telemetry.Telemetry}, then {@link dev.argyle.server.telemetry.Counter}.
 */
@NullMarked
package dev.argyle.server.telemetry;

import org.jspecify.annotations.NullMarked;
