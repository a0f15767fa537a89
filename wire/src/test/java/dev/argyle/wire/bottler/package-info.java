/** Tests of the Bottler messages. */
@NullMarked
package dev.argyle.wire.bottler;

import org.jspecify.annotations.NullMarked;
