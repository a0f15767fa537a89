package dev.argyle.server.udp;

import java.net.InetSocketAddress;

/** A socket for datagrams, bound, at one loop. Belongs to it. */
public interface UdpPort {

  /** Who is told that datagrams may be there. */
  interface Reader {

    /** A hint: receive until none are left. Must not throw. */
    void readable(UdpPort port);
  }

  /** Where it is bound. */
  InetSocketAddress local();

  /** From now on {@code reader} is told. False: the system would not watch the socket. */
  boolean attach(Reader reader);

  /**
   * Receives what is there into the loop's inbox.
   *
   * @return how many, up to {@link Inbox#SLOTS}; fewer: no more are there
   */
  int receive();

  /** Tells the reader again, after others have had their turn. */
  void again();

  /**
   * Sends what is in the loop's outbox, and empties it. What could not be sent is counted; what was
   * is in the outbox's figures.
   */
  void send();

  /** Closes it; more calls do nothing. */
  void close();
}
