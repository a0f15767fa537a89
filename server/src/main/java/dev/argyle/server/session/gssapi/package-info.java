/**
 * GSSAPI's side of a session (RFC 1961): whose keys the server has, how a client and the server
 * agree, and how octets are wrapped afterwards. No socket; whatever computes for a while belongs on
 * a virtual thread, unless it is about a few octets. May import {@code config}, {@code wire}, and
 * the rooms that it seals for ({@code net}, {@code relay}, {@code udp}); knows no accounts. Start
 * at {@link dev.argyle.server.session.gssapi.GssapiService}, then {@link
 * dev.argyle.server.session.gssapi.Negotiation}; of a tunnel, at {@link
 * dev.argyle.server.session.gssapi.Sealing}.
 */
@NullMarked
package dev.argyle.server.session.gssapi;

import org.jspecify.annotations.NullMarked;
