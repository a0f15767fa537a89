/**
 * Other servers' configurations as ours. What it writes never lets in or out more than the original
 * did: what cannot be said in our rules makes them narrower, and is named. May import the server's
 * {@code config}. Start at {@link dev.argyle.cli.migrate.Translation}.
 */
@NullMarked
package dev.argyle.cli.migrate;

import org.jspecify.annotations.NullMarked;
