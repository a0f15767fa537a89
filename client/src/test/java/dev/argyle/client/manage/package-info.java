/** Tests of the management clients against servers that are played, octet by octet. */
@NullMarked
package dev.argyle.client.manage;

import org.jspecify.annotations.NullMarked;
