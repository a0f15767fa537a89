package dev.argyle.server.dissect;

import java.nio.ByteBuffer;

/**
 * One protocol, watched from its first octet. Takes whole buffers, throws at no input, and
 * remembers no more than a line of each direction and the commands whose answers are due.
 */
interface Dissector {

  /** Takes what the client sent. */
  void client(ByteBuffer octets);

  /** Takes what the server sent. */
  void server(ByteBuffer octets);

  /** Nothing that it could find will follow. */
  boolean done();
}
