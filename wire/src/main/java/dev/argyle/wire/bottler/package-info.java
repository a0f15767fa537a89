/**
 * Bottler Protocol, version 1, both directions. A datagram is a {@link
 * dev.argyle.wire.bottler.BottlerToken}, which says who may ask, and a {@link
 * dev.argyle.wire.bottler.BottlerRequest} behind it; its answer is a {@link
 * dev.argyle.wire.bottler.BottlerResponse}. Datagrams come whole: no reader here wants more. May
 * import {@code dev.argyle.wire} and the JDK.
 */
@NullMarked
package dev.argyle.wire.bottler;

import org.jspecify.annotations.NullMarked;
