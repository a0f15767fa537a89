package dev.argyle.server.account;

/** What a name and a password came to. */
public sealed interface Verdict {

  /** The password is right, and the account is enabled. */
  record Accepted(User user) implements Verdict {}

  /**
   * Unknown, disabled, or a wrong password: nobody is told which.
   *
   * @param hashes what it took to find out, in hashes of ours, at least 1
   */
  record Refused(int hashes) implements Verdict {

    /** At the cost of one hash. */
    public Refused() {
      this(1);
    }
  }

  /**
   * Nothing was decided: the account's hash is an imported one that costs much. It is verified when
   * there is a turn for such a one, see {@link AccountBook#verifyCostly}.
   */
  record Costly() implements Verdict {}

  /** Too many passwords wait to be verified: nothing was decided, the client may try again. */
  record Busy() implements Verdict {}
}
