package dev.argyle.server.account;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/** bcrypt as {@code $2b$10$} and 53 characters: 22 of salt, 31 of hash. */
record BcryptHash(String text) implements PasswordHash {

  static final int MIN_COST = 4;

  /** Some 1.5 s on a machine of today. */
  static final int MAX_COST = 14;

  /** The cost that takes 1.7 times as long as a hash of ours: 59 ms to 34 ms, measured. */
  private static final int COST_OF_OURS = 10;

  private static final double OURS = 1.7;

  private static final Pattern FORM = Pattern.compile("\\$2[aby]\\$(\\d\\d)\\$[./A-Za-z0-9]{53}");

  static Parsed read(String phc) {
    Matcher form = FORM.matcher(phc);
    if (!form.matches()) {
      return new Parsed.Bad("not of the form $2b$10$ and 53 characters");
    }
    int cost = Integer.parseInt(form.group(1));
    if (cost < MIN_COST || cost > MAX_COST) {
      return new Parsed.Bad("bcrypt's cost is " + MIN_COST + " to " + MAX_COST);
    }
    return new Parsed.Good(new BcryptHash(phc));
  }

  @Override
  public boolean matches(byte[] password, Argon2Memory memory) {
    return OpenBSDBCrypt.checkPassword(text, password.clone());
  }

  /** Twice as much with each step. */
  @Override
  public double cost() {
    int exponent = Integer.parseInt(text.substring(4, 6));
    return Math.scalb(OURS, exponent - COST_OF_OURS);
  }

  @Override
  public boolean current() {
    return false;
  }

  /** Never the hash. */
  @Override
  public String toString() {
    return "BcryptHash";
  }
}
