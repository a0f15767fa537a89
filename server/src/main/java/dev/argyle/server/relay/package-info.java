/**
 * Moves octets between two connected sockets until both directions have ended. A tunnel belongs to
 * one event loop. May import {@code config}, {@code telemetry}, {@code net}, {@code rate}, Netty
 * and the JDK. Must not know users, rules or SOCKS. Start at {@link
 * dev.argyle.server.relay.Tunnel}; octets are moved in {@link
 * dev.argyle.server.relay.PlainDirection}, copied or spliced, and in {@link
 * dev.argyle.server.relay.TransformedDirection}, through a {@link
 * dev.argyle.server.relay.Transform}.
 */
@NullMarked
package dev.argyle.server.relay;

import org.jspecify.annotations.NullMarked;
