package dev.argyle.wire;

/** A protocol of text lines whose clear-text logins can be recognised in a tunnel. */
public enum TextProtocol {
  /** RFC 1939, RFC 5034. */
  POP3,
  /** RFC 9051, RFC 3501. */
  IMAP,
  /** RFC 5321, RFC 4954. */
  SMTP,
  /** RFC 959, RFC 4217. */
  FTP,
  /** RFC 9112, RFC 7617. */
  HTTP
}
