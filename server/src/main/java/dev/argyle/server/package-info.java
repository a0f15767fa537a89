/**
 * The root: {@code ArgyleServer} wires the rooms together, starts, drains and stops. May import
 * every room.
 */
@NullMarked
package dev.argyle.server;

import org.jspecify.annotations.NullMarked;
