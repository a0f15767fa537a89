package dev.argyle.server.outside;

import javax.net.SocketFactory;

/**
 * Where JNDI gets its sockets: it wants the name of a class, and asks it on the thread that
 * connects. It has one for each question: where a connection breaks that has begun TLS by StartTLS,
 * JNDI would open another one in clear text, and bind there with the password.
 */
public final class LdapSockets {

  private static final ThreadLocal<SocketFactory> CURRENT = new ThreadLocal<>();

  private LdapSockets() {}

  /** JNDI calls it by this name. */
  public static SocketFactory getDefault() {
    SocketFactory sockets = CURRENT.get();
    if (sockets == null) {
      throw new IllegalStateException("this question has had its connection");
    }
    return sockets;
  }

  /** From now on, on this thread. */
  static void use(SocketFactory sockets) {
    CURRENT.set(sockets);
  }

  /** No longer. */
  static void done() {
    CURRENT.remove();
  }
}
