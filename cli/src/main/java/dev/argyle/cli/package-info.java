/**
 * The {@code argyle} command: one class a command, on picocli. May import the server's root and its
 * rooms.
 */
@NullMarked
package dev.argyle.cli;

import org.jspecify.annotations.NullMarked;
