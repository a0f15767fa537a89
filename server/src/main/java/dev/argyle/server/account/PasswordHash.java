package dev.argyle.server.account;

/**
 * A stored password hash, read from its PHC string. Our own are Argon2id with OWASP's second
 * profile; the others come from elsewhere and are replaced when their user next logs in. What a
 * string may cost is bounded: it decides how much work a login with any password is.
 */
sealed interface PasswordHash
    permits Argon2Hash, BcryptHash, ShaCryptHash, YescryptHash, PasswordHash.NoPassword {

  /** The longest string that is read. */
  int MAX_CHARACTERS = 512;

  /** What reading a string gave. */
  sealed interface Parsed {
    record Good(PasswordHash hash) implements Parsed {}

    /** Not a hash that we take; the reason never holds the string. */
    record Bad(String reason) implements Parsed {}
  }

  /**
   * What an account without a password has in place of a hash: its user logs in another way
   * (Kerberos). No password is right, and refusing one takes as long as for other accounts.
   */
  record NoPassword() implements PasswordHash {

    /** As in shadow(5): not the hash of anything. */
    static final String TEXT = "*";

    @Override
    public boolean matches(byte[] password, Argon2Memory memory) {
      Argon2Hash.create(password, memory);
      return false;
    }

    @Override
    public double cost() {
      return 1;
    }

    @Override
    public boolean current() {
      return true;
    }
  }

  /**
   * From this cost on a hash is verified on a slot of its own, one at a time: so nobody with an
   * ordinary hash waits behind it.
   */
  int COSTLY = 4;

  /**
   * The most that a hash to be imported may cost: a second or so. It is what whoever knows the name
   * makes us spend on each guess.
   */
  int MAX_IMPORTED_COST = 24;

  /** Whether this is the password's hash; takes tens of milliseconds, whatever the answer. */
  boolean matches(byte[] password, Argon2Memory memory);

  /**
   * What verifying costs, by the parameters and with the longest password, in hashes of ours:
   * estimated rather than measured, for what is measured depends on what else runs.
   */
  double cost();

  /** The cost as a whole number, at least 1. */
  default int wholeCost() {
    return (int) Math.max(1, Math.ceil(cost()));
  }

  /** Whether it costs much more than ours, in time or in memory. */
  default boolean isCostly() {
    return cost() > COSTLY;
  }

  /** Whether it is as good as a new one of ours. */
  boolean current();

  /** Reads a PHC string; never throws. */
  static Parsed parse(String phc) {
    if (phc.length() > MAX_CHARACTERS) {
      return new Parsed.Bad("a hash has at most " + MAX_CHARACTERS + " characters");
    }
    if (phc.equals(NoPassword.TEXT)) {
      return new Parsed.Good(new NoPassword());
    }
    String scheme = phc.startsWith("$") ? phc.substring(0, phc.indexOf('$', 1) + 1) : "";
    return switch (scheme) {
      case "$argon2id$", "$argon2i$", "$argon2d$" -> Argon2Hash.read(phc);
      case "$2a$", "$2b$", "$2y$" -> BcryptHash.read(phc);
      case "$5$", "$6$" -> ShaCryptHash.read(phc);
      case "$y$" -> YescryptHash.read(phc);
      default ->
          new Parsed.Bad(
              "a hash begins with $argon2id$, $argon2i$, $argon2d$, $2a$, $2b$, $2y$, $5$, $6$ or"
                  + " $y$");
    };
  }
}
