/** Tests of the codecs: properties that hold for every reader, and the vectors. */
@NullMarked
package dev.argyle.wire;

import org.jspecify.annotations.NullMarked;
