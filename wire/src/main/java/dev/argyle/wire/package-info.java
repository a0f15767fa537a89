/**
 * Protocol codecs: octets to records and back, without I/O, threads or logging. May import the JDK
 * alone. Here is what several protocols share; each protocol has its own package below. Start at
 * {@link dev.argyle.wire.Decoded}, which every reader returns, and {@link
 * dev.argyle.wire.Writable}, which every message is.
 *
 * <p>Every other module and every room of the server may import this one: commands, methods, levels
 * of protection and destinations have one type each, and it is here.
 *
 * <p>Rules of every reader: it never throws, whatever the octets; it keeps no reference to the
 * buffer; the position moves on {@code Message} only, and then exactly behind the message; what was
 * decided on the first octets stays so whatever follows, so that a message means the same wherever
 * it was cut.
 */
@NullMarked
package dev.argyle.wire;

import org.jspecify.annotations.NullMarked;
