/**
 * Completion scripts for shells, made from what picocli knows of the commands. May import picocli
 * and the JDK. Start at {@link dev.argyle.cli.shell.BashScript}.
 */
@NullMarked
package dev.argyle.cli.shell;

import org.jspecify.annotations.NullMarked;
