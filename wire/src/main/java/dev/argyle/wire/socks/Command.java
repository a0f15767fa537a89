package dev.argyle.wire.socks;

import org.jspecify.annotations.Nullable;

/** What a client asks for (RFC 1928, section 4). */
public enum Command {
  /** A connection to the destination. */
  CONNECT(0x01, "connect"),
  /** A listener that the destination will connect to. */
  BIND(0x02, "bind"),
  /** UDP ASSOCIATE: a relay for datagrams. */
  UDP(0x03, "udp");

  private final int code;
  private final String word;

  Command(int code, String word) {
    this.code = code;
    this.word = word;
  }

  /** CMD, the octet on the wire. */
  public int code() {
    return code;
  }

  /** As the access log and the rules write it. */
  public String word() {
    return word;
  }

  /** The command with this octet; null: there is none. */
  static @Nullable Command of(int code) {
    return switch (code) {
      case 0x01 -> CONNECT;
      case 0x02 -> BIND;
      case 0x03 -> UDP;
      default -> null;
    };
  }
}
