/**
 * {@code argyle top}: a server at a glance, in a terminal. What is known of the server is a {@link
 * dev.argyle.cli.top.Model}, what its user has chosen are {@link dev.argyle.cli.top.Controls}, and
 * {@link dev.argyle.cli.top.Screen} makes lines of both: three parts without input or output.
 * {@link dev.argyle.cli.top.Top} carries keys, messages and lines between them, the server and the
 * terminal. May import {@code cli.door}, JLine's terminal, and nothing of picocli. Start at {@link
 * dev.argyle.cli.top.Top}.
 */
@NullMarked
package dev.argyle.cli.top;

import org.jspecify.annotations.NullMarked;
