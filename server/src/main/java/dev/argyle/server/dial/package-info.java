/**
 * Reaching a destination: which addresses a host has and whether the rules allow them ({@link
 * dev.argyle.server.dial.AddressSearch}, for every command), in which order they are tried ({@link
 * dev.argyle.server.dial.AddressPlan}, pure), when ({@link dev.argyle.server.dial.Dial}, on a clock
 * that tests move), and where the addresses of a name come from ({@link
 * dev.argyle.server.dial.NameResolver}). Happy Eyeballs as RFC 8305 says.
 *
 * <p>May import: {@code admission}, {@code config}, {@code rule}, {@code net}, {@code telemetry},
 * {@code wire}, Netty, the JDK. Must not know: SOCKS messages, users, kinds of sockets. Start at
 * {@link dev.argyle.server.dial.Dialler}.
 */
@NullMarked
package dev.argyle.server.dial;

import org.jspecify.annotations.NullMarked;
