package dev.argyle.server.history;

import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.EndedConnection;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.wire.RuleRef;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How an ended connection is written, some 60 octets of it; {@link EntryView} reads it.
 *
 * <pre>
 *   LENGTH (2, of what follows) | END (8, milliseconds since 1970) | REASON (1, see FileHeader)
 *   REP (1) | CMD (1; 0: none) | DST.PORT (2) | CLIENT PORT (2) | ADDRESS LENGTH (1) | ADDRESS
 *   numbers: DURATION | ID | UP | DOWN | RULE     texts: USER | DESTINATION | DETAIL | RULE
 *   OUTGOING (4 or 16 octets, to the end; none: no address is known)
 * </pre>
 *
 * Pure.
 */
final class EntryFormat {

  static final int LENGTH_OCTETS = 2;

  /** Of the part whose fields have their places: END to ADDRESS LENGTH. */
  static final int FIXED_OCTETS = 16;

  static final int REASON_AT = LENGTH_OCTETS + 8;

  /** In the place of the reason: the entry was deleted, and all else in it is zero. */
  static final byte DELETED = (byte) 0xFF;

  /** UTF-16 units kept of a user's name and of a destination: one for each octet of 255. */
  private static final int MAX_NAME = 255;

  /** UTF-16 units kept of a rule's words, which may have the path of a file. */
  private static final int MAX_RULE = 255;

  /** Octets of an entry, at most. */
  static final int MAX_OCTETS =
      LENGTH_OCTETS
          + FIXED_OCTETS
          + 2 * 16
          + 9 * Text.LONGEST_NUMBER
          + (2 * MAX_NAME + MAX_RULE + Ending.MAX_DETAIL) * Text.WIDEST;

  private EntryFormat() {}

  /**
   * Puts one.
   *
   * @param out has room for {@link #MAX_OCTETS}
   * @param addresses whether the user, the client, and what may quote them are written
   */
  static void put(EndedConnection ended, boolean addresses, ByteBuffer out) {
    int begin = out.position();
    out.putShort((short) 0);
    out.putLong(ended.endMillis());
    out.put((byte) ended.reason().ordinal());
    out.put((byte) ended.reply());
    out.put((byte) (ended.command() == null ? 0 : ended.command().code()));
    out.putShort((short) ended.destinationPort());
    out.putShort((short) (addresses ? ended.clientPort() : 0));
    byte[] client = addresses ? ended.client().getAddress() : new byte[0];
    out.put((byte) client.length).put(client);
    Text.putNumber(ended.durationMillis(), out);
    Text.putNumber(ended.id(), out);
    Text.putNumber(ended.up(), out);
    Text.putNumber(ended.down(), out);
    RuleRef rule = ended.rule();
    Text.putNumber(rule == null ? 0 : rule.number(), out);
    Text.put(addresses ? ended.user() : null, MAX_NAME, out);
    Text.put(ended.destination(), MAX_NAME, out);
    Text.put(detail(ended, addresses), Ending.MAX_DETAIL, out);
    Text.put(rule == null ? null : rule.words(), MAX_RULE, out);
    if (addresses && ended.outgoing() != null) { // an egress may give each user one of its own
      out.put(ended.outgoing().getAddress());
    }
    out.putShort(begin, (short) (out.position() - begin - LENGTH_OCTETS));
  }

  /** A detail may quote what a client sent; that of a refusal names the rule. */
  private static @Nullable String detail(EndedConnection ended, boolean addresses) {
    return addresses || ended.reason() == EndReason.REFUSED_BY_RULE ? ended.detail() : null;
  }

  /** Makes an entry one that was deleted. */
  static void delete(byte[] octets, int at) {
    int length = (octets[at] & 0xFF) << 8 | octets[at + 1] & 0xFF;
    Arrays.fill(octets, at + LENGTH_OCTETS, at + LENGTH_OCTETS + length, (byte) 0);
    octets[at + REASON_AT] = DELETED;
  }
}
