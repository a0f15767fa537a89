package dev.argyle.server.account;

import dev.argyle.server.config.Accounts;
import java.nio.file.Path;
import java.time.Clock;

/** Real accounts whose hashes cost next to nothing, for tests that need thousands of them. */
public final class CheapAccounts {

  private static final Argon2Hash.Strength CHEAP = new Argon2Hash.Strength(8, 1);

  private CheapAccounts() {}

  public static AccountBook open(Path data, int maxUsers) throws DataProblem {
    return AccountBook.open(
        data, new Accounts(null, maxUsers), new Hashing(2, 64, CHEAP), Clock.systemUTC());
  }
}
