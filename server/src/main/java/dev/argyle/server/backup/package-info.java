/**
 * Backups of a data directory: one file with a copy of the accounts, the usage, the history and the
 * administrator's secret, and its way back. May import {@code account}, {@code config} and {@code
 * history}. Must not know: the server that runs. Start at {@link dev.argyle.server.backup.Backup}.
 */
@NullMarked
package dev.argyle.server.backup;

import org.jspecify.annotations.NullMarked;
