/**
 * MASS Management Protocol, version 1, both directions. One request a connection: {@link
 * dev.argyle.wire.mass.MassGreeting}, {@link dev.argyle.wire.mass.MassChoice}, then for
 * USERNAME/PASSWORD the messages of RFC 1929 from {@code dev.argyle.wire.socks}, then {@link
 * dev.argyle.wire.mass.MassRequest} and {@link dev.argyle.wire.mass.MassReply}. May import {@code
 * dev.argyle.wire}, {@code dev.argyle.wire.socks} and the JDK.
 */
@NullMarked
package dev.argyle.wire.mass;

import org.jspecify.annotations.NullMarked;
