/**
 * Protocol codecs: octets to records and back, without I/O, threads or logging. May import the JDK
 * alone. Start at {@link dev.argyle.wire.Decoded}: every reader returns one.
 */
@NullMarked
package dev.argyle.wire;

import org.jspecify.annotations.NullMarked;
