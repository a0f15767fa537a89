package dev.argyle.wire.gssapi;

import org.jspecify.annotations.Nullable;

/**
 * What becomes of octets between client and server once GSS-API has authenticated them (RFC 1961,
 * section 4.2).
 */
public enum Protection {
  /** Nothing: authentication alone. Not in the RFC; curl asks for it. */
  NONE(0),
  /** Octets that were changed, repeated or left out are noticed. Everybody can read them. */
  INTEGRITY(1),
  /** Integrity, and nobody else can read them. */
  CONFIDENTIALITY(2),
  /** Each side encrypts what it likes; this one encrypts everything. */
  SELECTIVE(3);

  private final int code;

  Protection(int code) {
    this.code = code;
  }

  /** The octet on the wire. */
  public int code() {
    return code;
  }

  /** The level with this octet; null: there is none. */
  public static @Nullable Protection of(int code) {
    return switch (code) {
      case 0 -> NONE;
      case 1 -> INTEGRITY;
      case 2 -> CONFIDENTIALITY;
      case 3 -> SELECTIVE;
      default -> null;
    };
  }

  /** Whether we encrypt. */
  public boolean encrypts() {
    return this == CONFIDENTIALITY || this == SELECTIVE;
  }

  /** Whether everything that this one promises holds with the other one too. */
  public boolean isKeptBy(Protection granted) {
    return granted.strength() >= strength();
  }

  private int strength() {
    return switch (this) {
      case NONE -> 0;
      case INTEGRITY -> 1;
      case SELECTIVE -> 2;
      case CONFIDENTIALITY -> 3;
    };
  }
}
