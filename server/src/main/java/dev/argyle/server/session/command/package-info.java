/**
 * What a client asked for (RFC 1928, section 4), one class a command. A command sees the client as
 * a {@link dev.argyle.server.session.command.Requester}, and knows neither the handshake nor how
 * replies are sent. May import {@code admission}, {@code config}, {@code dial}, {@code net}, {@code
 * rate}, {@code rule}, {@code telemetry}, {@code udp} and {@code wire}. Start at {@link
 * dev.argyle.server.session.command.RunningCommand}.
 */
@NullMarked
package dev.argyle.server.session.command;

import org.jspecify.annotations.NullMarked;
