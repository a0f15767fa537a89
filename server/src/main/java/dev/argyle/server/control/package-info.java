/**
 * The one facade over a running server that every management door uses: users, connections,
 * history, counters, settings, and the SOCKS side's start, stop and reset. Names cross it as
 * strings whose characters stand for one octet each (ISO 8859-1), as {@code dev.argyle.wire} has
 * them. May import config, account, list, rule, session, relay and telemetry. Knows no protocol and
 * no door. Start at {@link dev.argyle.server.control.ProxyControl}.
 */
@NullMarked
package dev.argyle.server.control;

import org.jspecify.annotations.NullMarked;
