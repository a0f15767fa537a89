package dev.argyle.server.telemetry;

import dev.argyle.wire.RuleRef;
import dev.argyle.wire.socks.Command;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An ended connection as octets, some 130 of them, for a place that keeps many. Kept as objects,
 * each connection's would live just long enough to be moved into the heap's old generation and die
 * there: at ten thousand connections a second that is full in seconds, and its collection stops
 * every loop for tens of milliseconds. An array is used again instead. Pure; any thread.
 */
final class PackedConnection {

  private static final int NUMBERS = 5 * Long.BYTES + Integer.BYTES + 3 * Short.BYTES + 2;
  private static final int ADDRESS = 1 + 16 + Integer.BYTES; // at most
  private static final int TEXT = 1 + Short.BYTES; // and its characters

  private static final byte ABSENT = 0;
  private static final byte NARROW = 1; // an octet a character
  private static final byte WIDE = 2; // two

  private static final int ROUNDED = 64; // so that an array serves for most of what follows

  private static final Command[] COMMANDS = Command.values();
  private static final EndReason[] REASONS = EndReason.values();

  private PackedConnection() {}

  /**
   * Packs one.
   *
   * @param used an array that is not needed any more, or null
   * @return {@code used}, if that is large enough
   */
  static byte[] pack(EndedConnection connection, byte @Nullable [] used) {
    String user = connection.user();
    String destination = connection.destination();
    String detail = connection.detail();
    RuleRef rule = connection.rule();
    String words = rule == null ? null : rule.words();
    int most =
        NUMBERS + ADDRESS + octets(user) + octets(destination) + octets(detail) + octets(words);
    byte[] packed =
        used != null && used.length >= most
            ? used
            : new byte[(most + ROUNDED - 1) / ROUNDED * ROUNDED];
    ByteBuffer out = ByteBuffer.wrap(packed);
    out.putLong(connection.id());
    out.putLong(connection.startMillis());
    out.putLong(connection.endMillis());
    out.putLong(connection.up());
    out.putLong(connection.down());
    out.putShort((short) connection.clientPort());
    out.putShort((short) connection.destinationPort());
    out.putShort((short) connection.reply());
    Command command = connection.command();
    out.put((byte) (command == null ? -1 : command.ordinal()));
    out.put((byte) connection.reason().ordinal());
    byte[] address = connection.client().getAddress();
    out.put((byte) address.length);
    out.put(address);
    out.putInt(connection.client() instanceof Inet6Address six ? six.getScopeId() : 0);
    put(user, out);
    put(destination, out);
    put(detail, out);
    out.putInt(rule == null ? 0 : rule.number());
    put(words, out);
    return packed;
  }

  private static int octets(@Nullable String text) {
    return text == null ? 1 : TEXT + text.length() * width(text);
  }

  private static int width(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0xFF) {
        return WIDE;
      }
    }
    return NARROW;
  }

  private static void put(@Nullable String text, ByteBuffer out) {
    if (text == null) {
      out.put(ABSENT);
      return;
    }
    int width = width(text);
    out.put((byte) width);
    out.putShort((short) text.length()); // 255 octets of a name, or Ending.MAX_DETAIL
    for (int i = 0; i < text.length(); i++) {
      if (width == NARROW) {
        out.put((byte) text.charAt(i));
      } else {
        out.putChar(text.charAt(i));
      }
    }
  }

  /** What {@link #pack} was given. */
  static EndedConnection unpack(byte[] packed) {
    ByteBuffer in = ByteBuffer.wrap(packed);
    long id = in.getLong();
    long startMillis = in.getLong();
    long endMillis = in.getLong();
    long up = in.getLong();
    long down = in.getLong();
    int clientPort = in.getShort() & 0xFFFF;
    int destinationPort = in.getShort() & 0xFFFF;
    int reply = in.getShort();
    int command = in.get();
    EndReason reason = REASONS[in.get()];
    InetAddress client = address(in);
    String user = text(in);
    String destination = text(in);
    String detail = text(in);
    int rule = in.getInt();
    String words = text(in);
    return new EndedConnection(
        id,
        startMillis,
        endMillis,
        client,
        clientPort,
        user,
        command < 0 ? null : COMMANDS[command],
        destination,
        destinationPort,
        reply,
        up,
        down,
        new Ending(reason, detail),
        words == null ? null : new RuleRef(rule, words),
        null);
  }

  private static InetAddress address(ByteBuffer in) {
    byte[] octets = new byte[in.get()];
    in.get(octets);
    int scope = in.getInt();
    try {
      return scope == 0
          ? InetAddress.getByAddress(octets)
          : Inet6Address.getByAddress(null, octets, scope);
    } catch (UnknownHostException bug) {
      throw new IllegalStateException("an address has 4 or 16 octets", bug);
    }
  }

  private static @Nullable String text(ByteBuffer in) {
    int width = in.get();
    if (width == ABSENT) {
      return null;
    }
    char[] text = new char[in.getShort()];
    for (int i = 0; i < text.length; i++) {
      text[i] = width == NARROW ? (char) (in.get() & 0xFF) : in.getChar();
    }
    return new String(text);
  }
}
