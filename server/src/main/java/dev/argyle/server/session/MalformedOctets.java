package dev.argyle.server.session;

import dev.argyle.server.telemetry.MalformedHandshakes;
import dev.argyle.wire.Destination;
import java.nio.ByteBuffer;

/**
 * Which octets of a malformed message may be shown to an operator. Nothing that may be a password:
 * neither what a client sends in place of a greeting, beyond what says which protocol it speaks,
 * nor what follows the message.
 */
final class MalformedOctets {

  private static final int SOCKS_5 = 0x05;
  private static final int SOCKS_4 = 0x04;
  private static final int TLS_HANDSHAKE = 0x16;

  /** VER and NMETHODS: behind an empty list of methods credentials may be pipelined. */
  private static final int GREETING_OCTETS = 2;

  /** VN, CD, port and address of SOCKS 4, without the user's name. */
  private static final int SOCKS_4_OCTETS = 8;

  /** VER, CMD, RSV, ATYP. */
  private static final int REQUEST_OCTETS = 4;

  private MalformedOctets() {}

  /**
   * The octets that may be shown.
   *
   * @param state what the message was read as
   * @param in from the message's first octet; not moved
   */
  static byte[] of(Handshake.State state, ByteBuffer in) {
    int most =
        switch (state) {
          case METHODS -> ofGreeting(in);
          case REQUEST -> ofRequest(in);
          case PASSWORD, GSSAPI, VERIFYING, SEALED_REQUEST, DONE -> 0;
        };
    int length = Math.min(in.remaining(), Math.min(most, MalformedHandshakes.MAX_OCTETS));
    byte[] shown = new byte[length];
    in.get(in.position(), shown);
    return shown;
  }

  private static int ofGreeting(ByteBuffer in) {
    return switch (in.hasRemaining() ? in.get(in.position()) : 0) {
      case SOCKS_5 -> GREETING_OCTETS;
      case SOCKS_4 -> SOCKS_4_OCTETS;
      case TLS_HANDSHAKE -> MalformedHandshakes.MAX_OCTETS;
      default -> Math.max(1, firstWord(in));
    };
  }

  /** The letters that a text protocol begins with: the rest of a line may carry credentials. */
  private static int firstWord(ByteBuffer in) {
    int length = 0;
    while (length < in.remaining() && isLetter(in.get(in.position() + length))) {
      length++;
    }
    return length;
  }

  private static boolean isLetter(byte octet) {
    return (octet >= 'A' && octet <= 'Z') || (octet >= 'a' && octet <= 'z');
  }

  private static int ofRequest(ByteBuffer in) {
    int at = in.position();
    if (in.hasRemaining() && in.get(at) != SOCKS_5) {
      return ofGreeting(in); // another protocol, or credentials where a request is due
    }
    if (in.remaining() <= REQUEST_OCTETS) {
      return in.remaining();
    }
    return switch (in.get(at + REQUEST_OCTETS - 1)) {
      case Destination.IPV4 -> 10;
      case Destination.IPV6 -> 22;
      case Destination.NAME ->
          REQUEST_OCTETS + 1 + Byte.toUnsignedInt(in.get(at + REQUEST_OCTETS)) + 2;
      default -> REQUEST_OCTETS;
    };
  }
}
