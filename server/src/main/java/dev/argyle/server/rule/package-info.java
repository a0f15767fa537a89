/**
 * Who may go where: a pure function of user, client, command and destination, compiled when the
 * configuration is read. May import: {@code config}, {@code list}, the JDK. Must not know: sockets,
 * name resolution, SOCKS. Start at {@link dev.argyle.server.rule.RuleBook}.
 */
@NullMarked
package dev.argyle.server.rule;

import org.jspecify.annotations.NullMarked;
