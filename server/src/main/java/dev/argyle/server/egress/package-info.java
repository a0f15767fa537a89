/**
 * Which local address an outgoing socket is bound to: the egresses of the configuration, and what
 * is kept for them (who has which address, which are set aside). It makes no system call. May
 * import {@code config}, {@code net}, {@code telemetry}, {@code wire}. Start at {@link
 * dev.argyle.server.egress.Egresses}; a request sees its {@link dev.argyle.server.egress.Sources}.
 */
@NullMarked
package dev.argyle.server.egress;

import org.jspecify.annotations.NullMarked;
