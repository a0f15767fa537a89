package dev.argyle.wire.mass;

import org.jspecify.annotations.Nullable;

/** REQUEST INDEX, what is asked for (MASS, section 4). */
public enum MassIndex {
  /** The indexes that this session may use. */
  INDEXES(0x00),
  /** The registered, enabled users. */
  ACTIVE_USERS(0x01),
  HISTORIC_CONNECTIONS(0x02),
  CONCURRENT_CONNECTIONS(0x03),
  /** A high-water mark. */
  MAX_CONCURRENT_CONNECTIONS(0x04),
  /** Both ways. */
  HISTORIC_OCTETS(0x05),
  AUTHENTICATION_ATTEMPTS(0x06),
  /** Requests, successful or not. */
  CONNECTION_ATTEMPTS(0x07),
  AVERAGE_OCTETS_PER_READ(0x08),
  AVERAGE_OCTETS_PER_WRITE(0x09),
  ADD_USER(0x0A),
  DELETE_USER(0x0B),
  DISABLE_AUTHENTICATION(0x0C),
  DISABLE_DISSECTORS(0x0D);

  private final int code;

  MassIndex(int code) {
    this.code = code;
  }

  /** The octet on the wire. */
  public int code() {
    return code;
  }

  /** Whether it changes nothing: all that a session without authentication may use. */
  public boolean isRead() {
    return code <= AVERAGE_OCTETS_PER_WRITE.code;
  }

  /** Whether it asks for one number of 4 octets. */
  public boolean isCounter() {
    return isRead() && this != INDEXES && this != ACTIVE_USERS;
  }

  /** The index with this octet; null: there is none. */
  public static @Nullable MassIndex of(int code) {
    for (MassIndex index : values()) {
      if (index.code == code) {
        return index;
      }
    }
    return null;
  }
}
