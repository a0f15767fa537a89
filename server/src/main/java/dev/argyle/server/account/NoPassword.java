package dev.argyle.server.account;

/**
 * What an account without a password has in place of a hash: its user comes by another way
 * (Kerberos). No password is right, and finding that out takes what it takes for others.
 */
record NoPassword() implements PasswordHash {

  /** As in shadow(5): no hash of anything. */
  static final String TEXT = "*";

  @Override
  public boolean matches(byte[] password, WorkArea area) {
    Argon2Hash.make(password, area);
    return false;
  }

  @Override
  public boolean current() {
    return true;
  }
}
