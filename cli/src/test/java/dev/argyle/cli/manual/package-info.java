/** The man pages in {@code deploy/man}, made of what picocli and the manual know. */
@NullMarked
package dev.argyle.cli.manual;

import org.jspecify.annotations.NullMarked;
