package dev.argyle.server.outside;

import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;

/**
 * Where JNDI gets the sockets of {@code ldaps}: it wants the name of a class, and asks it on the
 * thread that connects.
 */
public final class LdapSockets {

  private static final ThreadLocal<SSLContext> CURRENT = new ThreadLocal<>();

  private LdapSockets() {}

  /** JNDI calls it by this name. */
  public static SocketFactory getDefault() {
    SSLContext context = CURRENT.get();
    if (context == null) {
      throw new IllegalStateException("this thread does not connect to a directory");
    }
    return context.getSocketFactory();
  }

  /** From now on, on this thread. */
  static void use(SSLContext context) {
    CURRENT.set(context);
  }

  /** No longer. */
  static void done() {
    CURRENT.remove();
  }
}
