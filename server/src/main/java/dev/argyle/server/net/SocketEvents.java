package dev.argyle.server.net;

/** Who is told when something may be possible on a socket. */
public interface SocketEvents extends Supervised {

  /**
   * The socket's {@code mayRead} or {@code mayWrite} may have changed. A hint, not a promise: it
   * may be late, or meant for an earlier socket of the same number.
   */
  void ready();

  /** The owner of a socket that nobody has taken over. */
  SocketEvents NOBODY =
      new SocketEvents() {
        @Override
        public void ready() {}

        @Override
        public void onBug(Throwable bug) {
          throw new IllegalStateException("nothing is called that could fail", bug);
        }
      };
}
