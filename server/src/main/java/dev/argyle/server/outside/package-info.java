/**
 * Who is asked about a name and a password besides the accounts: a service by HTTP, a directory by
 * LDAP. What they answer is not believed beyond its bounds. May import: {@code config}, {@code
 * wire}, the JDK, Jackson. Must not know: sessions, accounts. Start at {@link
 * dev.argyle.server.outside.Authority}.
 */
@NullMarked
package dev.argyle.server.outside;

import org.jspecify.annotations.NullMarked;
