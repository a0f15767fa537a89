/**
 * The YAML file as immutable records, and its problems: file, line, column, key and what would be
 * right. May import nothing of Argyle but {@code wire}. Start at {@link
 * dev.argyle.server.config.Configuration}.
 *
 * <p>{@code Keys} lists every key once. The reader, the printer and the manual's test go by it. To
 * add a key: one line in {@code Keys}, a component of the same name in the key's record, and one
 * row in docs/configuration.md.
 */
@NullMarked
package dev.argyle.server.config;

import org.jspecify.annotations.NullMarked;
