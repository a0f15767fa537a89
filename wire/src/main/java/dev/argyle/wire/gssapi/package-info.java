/**
 * The frames of RFC 1961, in which GSS-API tokens and what they protect travel over SOCKS 5. What
 * the tokens mean is not known here. Start at {@link dev.argyle.wire.gssapi.GssapiFrame}. May
 * import {@code dev.argyle.wire} and the JDK.
 */
@NullMarked
package dev.argyle.wire.gssapi;

import org.jspecify.annotations.NullMarked;
