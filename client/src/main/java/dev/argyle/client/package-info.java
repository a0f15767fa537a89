/**
 * The client library: tunnels, expected connections and datagrams through a SOCKS 5 server (RFC
 * 1928, RFC 1929, RFC 1961), Argyle's or another make's. Start at {@link
 * dev.argyle.client.SocksClient}. May import {@code dev.argyle.wire} and the JDK; docs/client.md is
 * its manual.
 *
 * <p>Rules of everything here: what waits is bounded by a timeout; threads may be virtual; a thread
 * that is interrupted while it waits closes what it waits on, as the JDK's channels do; no message
 * of an exception holds a credential.
 */
@NullMarked
package dev.argyle.client;

import org.jspecify.annotations.NullMarked;
