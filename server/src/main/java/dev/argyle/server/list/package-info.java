/**
 * Files of names, networks and countries that rules name, in little memory: read, replaced as a
 * whole when they change, and asked by event loops without waiting. May import: {@code config},
 * {@code wire}, the reader of MaxMind's format, the JDK. Must not know: rules, sockets. Start at
 * {@link dev.argyle.server.list.Lists}.
 */
@NullMarked
package dev.argyle.server.list;

import org.jspecify.annotations.NullMarked;
