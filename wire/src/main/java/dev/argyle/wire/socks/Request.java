package dev.argyle.wire.socks;

import dev.argyle.wire.Decoded;
import dev.argyle.wire.Destination;
import dev.argyle.wire.Writable;
import java.nio.ByteBuffer;

/**
 * What an admitted client asks for (RFC 1928, sections 4 and 5), 8 to 262 octets.
 *
 * <pre>
 *   VER 05 | CMD | RSV 00 | ATYP | DST.ADDR | DST.PORT
 * </pre>
 */
public sealed interface Request extends Writable {

  Destination destination();

  /** CMD. */
  default Command command() {
    return switch (this) {
      case Connect _ -> Command.CONNECT;
      case Bind _ -> Command.BIND;
      case UdpAssociate _ -> Command.UDP;
    };
  }

  /** CMD 01: a connection to the destination. */
  record Connect(Destination destination) implements Request {}

  /** CMD 02: a listener that the destination, or anyone if it is all zeros, will connect to. */
  record Bind(Destination destination) implements Request {}

  /** CMD 03: a relay for datagrams; the destination is where the client will send from, a hint. */
  record UdpAssociate(Destination destination) implements Request {}

  /**
   * Reads a request. On Message the position is behind it, and what is left is payload: the
   * tunnel's. Otherwise it has not moved.
   *
   * <p>The first octet that cannot be right decides, as soon as it is there: an unknown CMD is
   * answered before the ATYP behind it has come, and wins over an unknown one.
   *
   * @param in octets from the start of the request; not kept
   * @return Malformed carries REP 01 for VER other than 05, 07 for CMD other than 01 to 03, 01 for
   *     RSV other than 00, 08 for ATYP other than 01, 03, 04, and 01 for a name without octets
   */
  static Decoded<Request, Reply> read(ByteBuffer in) {
    int start = in.position();
    int available = in.remaining();
    if (available > 0 && in.get(start) != 0x05) {
      return malformed(ReplyCode.GENERAL_FAILURE, "VER is not 05");
    }
    if (available < 2) {
      return Decoded.needMore();
    }
    Command command = Command.of(Byte.toUnsignedInt(in.get(start + 1)));
    if (command == null) {
      return malformed(ReplyCode.COMMAND_NOT_SUPPORTED, "CMD is none of 01, 02, 03");
    }
    if (available > 2 && in.get(start + 2) != 0) {
      return malformed(ReplyCode.GENERAL_FAILURE, "RSV is not 00");
    }
    if (available < 4) {
      return Decoded.needMore();
    }
    if (!Destination.isAddressType(Byte.toUnsignedInt(in.get(start + 3)))) {
      return malformed(ReplyCode.ADDRESS_TYPE_NOT_SUPPORTED, "ATYP is none of 01, 03, 04");
    }
    return switch (Destination.read(in.position(start + 3))) {
      case Decoded.Message<Destination, Void>(Destination destination) ->
          new Decoded.Message<>(
              switch (command) {
                case CONNECT -> new Connect(destination);
                case BIND -> new Bind(destination);
                case UDP -> new UdpAssociate(destination);
              });
      case Decoded.NeedMore<Destination, Void> unfinished -> {
        in.position(start);
        yield Decoded.needMore();
      }
      case Decoded.Malformed<Destination, Void> malformed -> {
        in.position(start);
        yield malformed(ReplyCode.GENERAL_FAILURE, malformed.reason());
      }
    };
  }

  @Override
  default int length() {
    return 3 + destination().length();
  }

  @Override
  default void write(ByteBuffer out) {
    out.put((byte) 0x05).put((byte) command().code()).put((byte) 0);
    destination().write(out);
  }

  private static Decoded<Request, Reply> malformed(ReplyCode code, String reason) {
    return new Decoded.Malformed<>(Reply.failure(code), reason);
  }
}
