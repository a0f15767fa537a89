package dev.argyle.server.account;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * yescrypt, as Debian 11, Fedora 35 and later keep it in shadow(5): {@code $y$j9T$SALT$HASH}, where
 * {@code 9} stands for 4096 blocks and {@code T} for 32 times 128 octets each. The system's library
 * computes it.
 *
 * @param phc the whole string
 */
record YescryptHash(String phc, long memoryOctets) implements PasswordHash {

  /** As for Argon2: 64 MiB, which is cost 7 of mkpasswd; 5 is the default. */
  static final long MAX_MEMORY_OCTETS = 64L << 20;

  /** The digits of crypt(5). */
  private static final String DIGITS =
      "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  /** What takes as long as a hash of ours: measured; the default, cost 5, takes 2.4 times that. */
  private static final double MEMORY_OF_OURS = 7L << 20;

  private static final Pattern FORM =
      Pattern.compile(
          "\\$y\\$j([./0-9A-Z])([./0-9A-Za-j])\\$[./A-Za-z0-9]{1,86}\\$[./A-Za-z0-9]{43}");

  static Parsed read(String phc) {
    Matcher form = FORM.matcher(phc);
    if (!form.matches()) {
      return new Parsed.Bad("not of the form $y$j9T$SALT$HASH (43 characters)");
    }
    long blocks = 1L << (DIGITS.indexOf(form.group(1)) + 1);
    long memory = blocks * 128 * (DIGITS.indexOf(form.group(2)) + 1);
    if (memory > MAX_MEMORY_OCTETS) {
      return new Parsed.Bad("yescrypt's memory is at most 64 MiB (cost 7)");
    }
    return LibCrypt.isThere()
        ? new Parsed.Good(new YescryptHash(phc, memory))
        : new Parsed.Bad(
            "yescrypt needs the system's libcrypt (Debian: libcrypt1), which is not there");
  }

  @Override
  public boolean matches(byte[] password, Argon2Memory memory) {
    String computed = LibCrypt.hash(password, phc);
    return computed != null
        && !hasEnd(password)
        && MessageDigest.isEqual(
            computed.getBytes(StandardCharsets.US_ASCII), phc.getBytes(StandardCharsets.US_ASCII));
  }

  /** C ends a password there: a longer one would be as good as its beginning. */
  private static boolean hasEnd(byte[] password) {
    for (byte octet : password) {
      if (octet == 0) {
        return true;
      }
    }
    return false;
  }

  @Override
  public double cost() {
    return memoryOctets / MEMORY_OF_OURS;
  }

  @Override
  public boolean isCostly() {
    return memoryOctets > Argon2Hash.OUR_MEMORY_KIBIOCTETS * 1024L;
  }

  @Override
  public boolean current() {
    return false;
  }

  /** Never the hash. */
  @Override
  public String toString() {
    return "YescryptHash";
  }
}
