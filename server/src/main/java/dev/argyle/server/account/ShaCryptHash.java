package dev.argyle.server.account;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.codec.digest.Sha2Crypt;

/**
 * SHA-crypt, as Linux keeps it in shadow(5): {@code $6$SALT$HASH} or {@code
 * $6$rounds=5000$SALT$HASH}; {@code $5$} is SHA-256.
 *
 * @param settings all before the hash, without the last dollar sign
 * @param rounds as the settings have them
 * @param hash the 43 or 86 characters after it
 */
record ShaCryptHash(String settings, int rounds, String hash) implements PasswordHash {

  /** The specification's lower bound; less is not written by anyone. */
  static final int MIN_ROUNDS = 1_000;

  /** Some seconds of work for the longest password. */
  static final int MAX_ROUNDS = 1_000_000;

  /** What the specification has where none are written. */
  private static final int DEFAULT_ROUNDS = 5_000;

  /** Rounds that take as long as a hash of ours, with a password of 255 octets: measured. */
  private static final double ROUNDS_OF_SHA_256 = 73_000;

  private static final double ROUNDS_OF_SHA_512 = 32_000;

  private static final Pattern FORM =
      Pattern.compile(
          "(\\$([56])(?:\\$rounds=(\\d{1,9}))?\\$[./A-Za-z0-9]{1,16})"
              + "\\$([./A-Za-z0-9]{43}|[./A-Za-z0-9]{86})");

  static Parsed read(String phc) {
    Matcher form = FORM.matcher(phc);
    if (!form.matches() || form.group(4).length() != (form.group(2).equals("5") ? 43 : 86)) {
      return new Parsed.Bad(
          "not of the form $5$SALT$HASH (43 characters) or $6$SALT$HASH (86), with or without"
              + " rounds=5000$ before the salt, whose 1 to 16 characters are letters, digits,"
              + " . and /");
    }
    int rounds = form.group(3) == null ? DEFAULT_ROUNDS : Integer.parseInt(form.group(3));
    if (rounds < MIN_ROUNDS || rounds > MAX_ROUNDS) {
      return new Parsed.Bad("SHA-crypt's rounds are " + MIN_ROUNDS + " to " + MAX_ROUNDS);
    }
    return new Parsed.Good(new ShaCryptHash(form.group(1), rounds, form.group(4)));
  }

  @Override
  public boolean matches(byte[] password, Argon2Memory memory) {
    byte[] copy = password.clone(); // the library wipes what it is given
    String computed =
        settings.startsWith("$5")
            ? Sha2Crypt.sha256Crypt(copy, settings)
            : Sha2Crypt.sha512Crypt(copy, settings);
    return MessageDigest.isEqual(
        computed.substring(computed.lastIndexOf('$') + 1).getBytes(StandardCharsets.US_ASCII),
        hash.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public double cost() {
    return rounds / (settings.startsWith("$5") ? ROUNDS_OF_SHA_256 : ROUNDS_OF_SHA_512);
  }

  @Override
  public boolean current() {
    return false;
  }

  /** Never the hash. */
  @Override
  public String toString() {
    return "ShaCryptHash";
  }
}
