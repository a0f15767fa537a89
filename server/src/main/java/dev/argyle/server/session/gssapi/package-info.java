/**
 * GSSAPI's side of a session (RFC 1961): whose keys the server has, how a client and the server
 * agree, and how what they then say is wrapped. Octets in, octets out, no socket; everything but
 * {@link dev.argyle.server.session.gssapi.FrameAssembly} computes for a while, and belongs on a
 * virtual thread unless it is about a few octets. May import config, wire and Java's own Kerberos;
 * knows neither accounts nor Netty. Start at {@link
 * dev.argyle.server.session.gssapi.GssapiService}, then {@link
 * dev.argyle.server.session.gssapi.Negotiation}.
 */
@NullMarked
package dev.argyle.server.session.gssapi;

import org.jspecify.annotations.NullMarked;
