package dev.argyle.client;

import dev.argyle.wire.gssapi.Protection;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * How a client shows who it is. Immutable. A method that the server picks and that is not here is
 * never offered.
 */
public sealed interface Credentials
    permits Credentials.None, Credentials.UserAndPassword, GssapiCredentials {

  /** NO AUTHENTICATION REQUIRED (RFC 1928, section 3) and nothing else is offered. */
  static Credentials none() {
    return None.INSTANCE;
  }

  /**
   * USERNAME/PASSWORD (RFC 1929) is offered, and NO AUTHENTICATION REQUIRED too: which of them it
   * wants is for the server to say. Both travel as UTF-8, and in clear text.
   *
   * @param user 1 to 255 octets
   * @param password 1 to 255 octets; copied, so the caller may overwrite it
   * @throws IllegalArgumentException if one of them is empty or too long; the message has neither
   */
  static Credentials password(String user, char[] password) {
    ByteBuffer octets = StandardCharsets.UTF_8.encode(CharBuffer.wrap(password));
    byte[] secret = new byte[octets.remaining()];
    octets.get(secret);
    Arrays.fill(octets.array(), (byte) 0);
    return new UserAndPassword(
        new dev.argyle.wire.socks.Credentials(user.getBytes(StandardCharsets.UTF_8), secret));
  }

  /**
   * GSSAPI (RFC 1961) with Kerberos, and nothing else is offered. The ticket is that of whoever ran
   * {@code kinit}, and what follows is encrypted, unless the result's methods say otherwise.
   *
   * @param service the server's: {@code rcmd@proxy.example}, or with its realm as a principal,
   *     {@code rcmd/proxy.example@REALM.EXAMPLE}. RFC 1961 calls the service "rcmd"
   */
  static GssapiCredentials gssapi(String service) {
    return new GssapiCredentials(service, Protection.CONFIDENTIALITY, false, Tickets.ofCache(null));
  }

  /** See {@link #none}. */
  final class None implements Credentials {

    private static final None INSTANCE = new None();

    private None() {}

    @Override
    public String toString() {
      return "none";
    }
  }

  /** See {@link #password}. */
  final class UserAndPassword implements Credentials {

    private final dev.argyle.wire.socks.Credentials message;

    private UserAndPassword(dev.argyle.wire.socks.Credentials message) {
      this.message = message;
    }

    dev.argyle.wire.socks.Credentials message() {
      return message;
    }

    /** Neither name nor password. */
    @Override
    public String toString() {
      return "user name and password";
    }
  }
}
