/**
 * What client and server share of GSSAPI over SOCKS 5 (RFC 1961): the frames in which tokens
 * travel, {@link dev.argyle.wire.gssapi.GssapiFrame}, the level of protection, {@link
 * dev.argyle.wire.gssapi.Protection}, and a check of encrypted tokens that Java leaves out, {@link
 * dev.argyle.wire.gssapi.SealedHeader}. May import {@code dev.argyle.wire} and the JDK.
 */
@NullMarked
package dev.argyle.wire.gssapi;

import org.jspecify.annotations.NullMarked;
