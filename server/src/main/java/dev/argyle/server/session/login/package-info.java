/**
 * Who a client is: its password or its tokens of GSSAPI on their way to a verdict, and what becomes
 * of connections whose account goes. Knows no socket: it sees a {@link
 * dev.argyle.server.session.login.LoginClient}. May import {@code account}, {@code admission},
 * {@code config}, {@code net}, {@code outside}, {@code session.gssapi}, {@code telemetry} and
 * {@code wire}. Start at {@link dev.argyle.server.session.login.Login}.
 */
@NullMarked
package dev.argyle.server.session.login;

import org.jspecify.annotations.NullMarked;
