/** Tests of the MASS messages. */
@NullMarked
package dev.argyle.wire.mass;

import org.jspecify.annotations.NullMarked;
