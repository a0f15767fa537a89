/**
 * Incremental parsers that recognise credentials in clear text as they pass: octets of both
 * directions in, {@link dev.argyle.server.dissect.Credential}s out. No I/O, no clock, no threads;
 * fixed memory a connection; split anywhere, a stream yields what it yields whole. Imports nothing
 * of Argyle: the root plugs it into the relay's tap, and neither knows the other. Start at {@link
 * dev.argyle.server.dissect.Dissection}; a protocol is one class behind {@link
 * dev.argyle.server.dissect.Dissector}.
 */
@NullMarked
package dev.argyle.server.dissect;

import org.jspecify.annotations.NullMarked;
