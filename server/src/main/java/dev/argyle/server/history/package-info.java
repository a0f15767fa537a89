/**
 * What stays on disk of the past: connections that have ended ({@link
 * dev.argyle.server.history.History}), in append-only files that are searched from their end, and
 * what each user has used on each day ({@link dev.argyle.server.history.Usage}), in SQLite. Event
 * loops hand over and never wait; one thread writes. May import {@code config} and {@code
 * telemetry}. Must not know: accounts, rules, doors. Start at {@link
 * dev.argyle.server.history.Past}.
 */
@NullMarked
package dev.argyle.server.history;

import org.jspecify.annotations.NullMarked;
