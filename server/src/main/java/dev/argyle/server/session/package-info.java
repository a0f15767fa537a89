/**
 * A client's way from accept to tunnel: the handshake, which knows the protocol and no I/O, the
 * commands, one class each, and two drivers that carry out what they decide: on bare sockets of the
 * kernel ({@code Native...}) or on Netty's channels ({@code Netty...}), for there is no third way.
 * Kerberos is in the room {@link dev.argyle.server.session.gssapi} behind this one. May import
 * config, account, admission, rule, dial, relay, udp, net, telemetry and wire. Start at {@link
 * dev.argyle.server.session.Handshake}, then {@link dev.argyle.server.session.ClientSession}.
 */
@NullMarked
package dev.argyle.server.session;

import org.jspecify.annotations.NullMarked;
