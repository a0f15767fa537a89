package dev.argyle.server.dissect;

/**
 * Credentials that a client sent, and what the server made of them.
 *
 * @param protocol POP3, IMAP, SMTP, FTP, HTTP; or APOP, whose {@code password} is the digest that
 *     went over the wire (RFC 1939, section 7), not the secret
 * @param accepted whether the server said yes; false: it said no, or nothing that decides
 */
public record Credential(String protocol, String user, String password, boolean accepted) {

  Credential judged(boolean yes) {
    return yes == accepted ? this : new Credential(protocol, user, password, yes);
  }

  /** Without the password: this may end up in an error message. */
  @Override
  public String toString() {
    return "Credential[" + protocol + " " + user + (accepted ? ", accepted]" : ", not accepted]");
  }
}
