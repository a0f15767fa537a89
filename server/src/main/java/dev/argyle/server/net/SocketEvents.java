package dev.argyle.server.net;

/** Who is told when something may be possible on a socket. */
public interface SocketEvents {

  /**
   * The socket's {@code mayRead} or {@code mayWrite} may have changed. A hint, not a promise: it
   * may be late, or meant for an earlier socket of the same number. Must not throw.
   */
  void ready(NativeSocket socket);
}
