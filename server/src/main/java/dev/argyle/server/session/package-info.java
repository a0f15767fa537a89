/**
 * One client, from accept to its end. {@link dev.argyle.server.session.SocksServer} listens and
 * accepts; a {@link dev.argyle.server.session.ClientSession} has the client's socket and one {@link
 * dev.argyle.server.session.Stage} at a time. Who the client is belongs to {@code session.login},
 * what it asks for to {@code session.command}, how its octets are wrapped to {@code
 * session.gssapi}. May import these, {@code config}, {@code account}, {@code admission}, {@code
 * rule}, {@code dial}, {@code list}, {@code rate}, {@code relay}, {@code udp}, {@code net} and
 * {@code telemetry}. Start at {@link dev.argyle.server.session.ClientSession}, then {@link
 * dev.argyle.server.session.HandshakeStage}; {@link dev.argyle.server.session.Handshake} knows the
 * protocol and no I/O.
 */
@NullMarked
package dev.argyle.server.session;

import org.jspecify.annotations.NullMarked;
