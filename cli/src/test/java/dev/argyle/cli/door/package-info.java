/** Tests of what {@code argyle ctl} makes of a door, without a server. */
@NullMarked
package dev.argyle.cli.door;

import org.jspecify.annotations.NullMarked;
