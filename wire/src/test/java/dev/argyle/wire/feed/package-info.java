/** Tests of the FEED messages. */
@NullMarked
package dev.argyle.wire.feed;

import org.jspecify.annotations.NullMarked;
