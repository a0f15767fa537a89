/**
 * SOCKS 5, both directions: RFC 1928 and RFC 1929. One file a message, in the order in which they
 * are sent: {@link dev.argyle.wire.socks.Greeting}, {@link dev.argyle.wire.socks.MethodChoice},
 * {@link dev.argyle.wire.socks.Credentials}, {@link dev.argyle.wire.socks.CredentialsReply}, {@link
 * dev.argyle.wire.socks.Request}, {@link dev.argyle.wire.socks.Reply}; and {@link
 * dev.argyle.wire.socks.UdpHeader} before every datagram of an association, whose fragments {@link
 * dev.argyle.wire.socks.Reassembly} puts together. May import {@code dev.argyle.wire} and the JDK.
 */
@NullMarked
package dev.argyle.wire.socks;

import org.jspecify.annotations.NullMarked;
