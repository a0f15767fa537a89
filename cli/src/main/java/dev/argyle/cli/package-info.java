/**
 * The {@code argyle} command: one class a command, on picocli. May import the server's root and its
 * rooms, the client library, and {@code dev.argyle.cli.door}. Start at {@link dev.argyle.cli.Main};
 * {@code argyle ctl} begins at {@link dev.argyle.cli.CtlCommand}.
 */
@NullMarked
package dev.argyle.cli;

import org.jspecify.annotations.NullMarked;
