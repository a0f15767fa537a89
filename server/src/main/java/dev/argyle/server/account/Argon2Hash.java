package dev.argyle.server.account;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Argon2 (RFC 9106) as {@code $argon2id$v=19$m=19456,t=2,p=1$SALT$TAG}.
 *
 * @param type of {@link Argon2}
 * @param version 16 or 19
 */
@SuppressWarnings(
    "ArrayRecordComponent") // never compared; neither leaves this package, nor changes
record Argon2Hash(
    int type, int version, int memoryKibioctets, int passes, int lanes, byte[] salt, byte[] tag)
    implements PasswordHash {

  /** OWASP's second profile: 19 MiB, two passes, one lane. */
  static final int OUR_MEMORY_KIBIOCTETS = 19 * 1024;

  static final int OUR_PASSES = 2;
  static final int OUR_SALT_OCTETS = 16;
  static final int OUR_TAG_OCTETS = 32;

  /** Bounds on strings from elsewhere; 64 MiB is the default of most libraries. */
  static final int MAX_MEMORY_KIBIOCTETS = 64 * 1024;

  static final int MAX_PASSES = 16;
  static final int MAX_LANES = 16;
  static final int MIN_SALT_OCTETS = 8;
  static final int MAX_SALT_OCTETS = 64;
  static final int MIN_TAG_OCTETS = 16;
  static final int MAX_TAG_OCTETS = 64;

  private static final Pattern FORM =
      Pattern.compile(
          "\\$argon2(id|i|d)(?:\\$v=(\\d{1,3}))?\\$m=(\\d{1,9}),t=(\\d{1,9}),p=(\\d{1,9})"
              + "\\$([A-Za-z0-9+/]+)\\$([A-Za-z0-9+/]+)");

  private static final SecureRandom RANDOM = new SecureRandom();

  /** What a new hash costs: in KiB, and in passes over them. */
  record Strength(int memoryKibioctets, int passes) {

    static final Strength OURS = new Strength(OUR_MEMORY_KIBIOCTETS, OUR_PASSES);
  }

  /** The PHC string of a new hash with our parameters and a random salt. */
  static String create(byte[] password, Argon2Memory memory) {
    return create(password, Strength.OURS, memory);
  }

  static String create(byte[] password, Strength strength, Argon2Memory memory) {
    byte[] salt = new byte[OUR_SALT_OCTETS];
    RANDOM.nextBytes(salt);
    int type = Argon2.TYPE_ID;
    int version = Argon2.VERSION_13;
    Argon2Hash parameters =
        new Argon2Hash(
            type,
            version,
            strength.memoryKibioctets(),
            strength.passes(),
            1,
            salt,
            new byte[OUR_TAG_OCTETS]);
    byte[] tag = Argon2.tag(password, parameters, memory);
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    return "$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s"
        .formatted(
            version,
            strength.memoryKibioctets(),
            strength.passes(),
            base64.encodeToString(salt),
            base64.encodeToString(tag));
  }

  static Parsed read(String phc) {
    Matcher form = FORM.matcher(phc);
    if (!form.matches()) {
      return new Parsed.Bad("not of the form $argon2id$v=19$m=19456,t=2,p=1$SALT$TAG");
    }
    int memory = Integer.parseInt(form.group(3));
    int passes = Integer.parseInt(form.group(4));
    int lanes = Integer.parseInt(form.group(5));
    int version = form.group(2) == null ? 16 : Integer.parseInt(form.group(2));
    if (version != 16 && version != 19) {
      return new Parsed.Bad("Argon2's v is 16 or 19");
    }
    if (passes < 1 || passes > MAX_PASSES || lanes < 1 || lanes > MAX_LANES) {
      return new Parsed.Bad("Argon2's t and p are 1 to " + MAX_PASSES);
    }
    if (memory < 8 * lanes || memory > MAX_MEMORY_KIBIOCTETS) {
      return new Parsed.Bad("Argon2's m is 8 * p to " + MAX_MEMORY_KIBIOCTETS);
    }
    byte[] salt;
    byte[] tag;
    try {
      salt = Base64.getDecoder().decode(form.group(6));
      tag = Base64.getDecoder().decode(form.group(7));
    } catch (IllegalArgumentException notBase64) {
      return new Parsed.Bad("Argon2's salt and tag are in base64 without padding");
    }
    if (salt.length < MIN_SALT_OCTETS || salt.length > MAX_SALT_OCTETS) {
      return new Parsed.Bad("Argon2's salt is 8 to 64 bytes");
    }
    if (tag.length < MIN_TAG_OCTETS || tag.length > MAX_TAG_OCTETS) {
      return new Parsed.Bad("Argon2's tag is 16 to 64 bytes");
    }
    int type =
        switch (form.group(1)) {
          case "id" -> Argon2.TYPE_ID;
          case "i" -> Argon2.TYPE_I;
          default -> Argon2.TYPE_D;
        };
    return new Parsed.Good(new Argon2Hash(type, version, memory, passes, lanes, salt, tag));
  }

  @Override
  public boolean matches(byte[] password, Argon2Memory memory) {
    return MessageDigest.isEqual(Argon2.tag(password, this, memory), tag);
  }

  /** Each pass fills the memory once; lanes share it, and are filled one after the other. */
  @Override
  public double cost() {
    return (double) memoryKibioctets * passes / (OUR_MEMORY_KIBIOCTETS * OUR_PASSES);
  }

  @Override
  public boolean isCostly() {
    return memoryKibioctets > OUR_MEMORY_KIBIOCTETS || PasswordHash.super.isCostly();
  }

  @Override
  public boolean current() {
    return isAsGoodAs(Strength.OURS);
  }

  boolean isAsGoodAs(Strength strength) {
    return type == Argon2.TYPE_ID
        && version == Argon2.VERSION_13
        && memoryKibioctets >= strength.memoryKibioctets()
        && passes >= strength.passes()
        && salt.length >= OUR_SALT_OCTETS
        && tag.length >= OUR_TAG_OCTETS;
  }

  /** Never the hash. */
  @Override
  public String toString() {
    return "Argon2Hash";
  }
}
