/** Tests of the SOCKS 5 messages. */
@NullMarked
package dev.argyle.wire.socks;

import org.jspecify.annotations.NullMarked;
