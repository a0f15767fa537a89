/**
 * Reaching a destination: what to try and in which order ({@link
 * dev.argyle.server.dial.AddressPlan}, pure), when ({@link dev.argyle.server.dial.Race}, on a clock
 * that tests move), and where the addresses of a name come from ({@link
 * dev.argyle.server.dial.NameResolver}). Happy Eyeballs as RFC 8305 says.
 *
 * <p>May import: {@code config}, {@code rule}, {@code telemetry}, Netty, the JDK. Must not know:
 * SOCKS messages, users, how a socket is made (the caller's {@link
 * dev.argyle.server.dial.Connector}). Start at {@link dev.argyle.server.dial.Dialler}.
 */
@NullMarked
package dev.argyle.server.dial;

import org.jspecify.annotations.NullMarked;
