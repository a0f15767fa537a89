/**
 * The YAML file as immutable records, and what is wrong with it: file, line, column, key and what
 * would be right. May import nothing of Argyle. Start at {@link
 * dev.argyle.server.config.Configuration}.
 */
@NullMarked
package dev.argyle.server.config;

import org.jspecify.annotations.NullMarked;
