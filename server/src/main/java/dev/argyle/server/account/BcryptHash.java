package dev.argyle.server.account;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/** bcrypt as {@code $2b$10$} and 53 characters: 22 of salt, 31 of hash. */
record BcryptHash(String text) implements PasswordHash {

  static final int MIN_COST = 4;

  /** Some 1.5 s on a machine of today. */
  static final int MAX_COST = 14;

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
