package dev.argyle.server.relay;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A way in which a client's octets are wrapped: the client's side of it, and the tunnel's. */
public interface Wrapping {

  /** The client's octets that came with its request, as the tunnel is given them. */
  byte[] received(byte[] first) throws IOException;

  /**
   * For what comes from the client.
   *
   * @param first plain octets that came with its request; they are in it, or {@link #received}
   */
  Transform up(byte[] first);

  /** For what goes to the client. */
  Transform down();

  /** Takes plain octets of the client; what it is given at once is passed on at once. */
  OutputStream wrap(OutputStream to);

  /** Gives plain octets to the client; ends where {@code from} ends. */
  InputStream unwrap(InputStream from);
}
