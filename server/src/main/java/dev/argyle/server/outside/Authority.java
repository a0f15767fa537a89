package dev.argyle.server.outside;

import java.net.InetAddress;
import java.util.function.BooleanSupplier;

/** Somebody outside who knows names and passwords. Safe for any thread. */
public interface Authority extends AutoCloseable {

  /**
   * A question.
   *
   * @param name in UTF-8, 1 to 255 octets
   * @param password 1 to 255 octets; not kept
   * @param client where it comes from
   * @param listener the address and port that it has connected to
   * @param wanted whether somebody waits for the answer still
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Asked(
      String name, byte[] password, InetAddress client, String listener, BooleanSupplier wanted) {

    public Asked {
      if (name.isEmpty() || password.length == 0) { // LDAP takes an empty one for nobody's
        throw new IllegalArgumentException("a name and a password have at least one octet");
      }
    }

    /** Neither name nor password. */
    @Override
    public String toString() {
      return "Asked[client=" + client + "]";
    }
  }

  /** Its key in {@code accounts.authenticate}: {@code http}. */
  String name();

  /** Asks. Blocks for a bounded time, and never throws for what the other side does. */
  Answer ask(Asked asked);

  @Override
  default void close() {}
}
