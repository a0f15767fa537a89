/** Tests of the RFC 1961 messages. */
@NullMarked
package dev.argyle.wire.gssapi;

import org.jspecify.annotations.NullMarked;
