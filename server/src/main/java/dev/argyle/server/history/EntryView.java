package dev.argyle.server.history;

import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.wire.socks.Command;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Looks at entries ({@link EntryFormat}) where they lie, without making objects of them. One search
 * owns it. What a block's checksum let through may still be malformed: then {@link #at} says so.
 */
final class EntryView {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final Command[] COMMANDS = Command.values();

  /** A text's place; a negative length stands for null. */
  private static final class Span {
    int from;
    int length;
  }

  private byte[] octets = {};
  private int next;
  private int end;
  private int begin;
  private long durationMillis;
  private long id;
  private long up;
  private long down;
  private int rule;
  private final Span user = new Span();
  private final Span destination = new Span();
  private final Span detail = new Span();
  private final Span ruleWords = new Span();
  private int cursor;

  /**
   * Looks at the entry at an index.
   *
   * @param limit behind the last octet that may be looked at
   * @return false: there is no whole entry
   */
  boolean at(byte[] from, int index, int limit) {
    octets = from;
    begin = index;
    if (index + EntryFormat.LENGTH_OCTETS + EntryFormat.FIXED_OCTETS > limit) {
      return false;
    }
    next = index + EntryFormat.LENGTH_OCTETS + number2(index);
    end = next;
    if (next > limit || next < index + EntryFormat.LENGTH_OCTETS + EntryFormat.FIXED_OCTETS) {
      return false;
    }
    return isDeleted() || readRest();
  }

  private boolean readRest() {
    cursor = begin + EntryFormat.LENGTH_OCTETS + EntryFormat.FIXED_OCTETS + addressLength();
    durationMillis = number();
    id = number();
    up = number();
    down = number();
    rule = (int) number();
    span(user);
    span(destination);
    span(detail);
    span(ruleWords);
    int outgoing = end - cursor;
    return outgoing == 0 || outgoing == 4 || outgoing == 16;
  }

  /** Where the next entry begins. */
  int next() {
    return next;
  }

  boolean isDeleted() {
    return octets[begin + EntryFormat.REASON_AT] == EntryFormat.DELETED;
  }

  long endMillis() {
    return (long) LONG.get(octets, begin + EntryFormat.LENGTH_OCTETS);
  }

  long durationMillis() {
    return durationMillis;
  }

  int reason() {
    return octets[begin + EntryFormat.REASON_AT] & 0xFF;
  }

  int reply() {
    int reply = octets[begin + EntryFormat.REASON_AT + 1];
    return reply < 0 ? LiveConnection.NO_REPLY : reply;
  }

  int command() {
    return octets[begin + EntryFormat.REASON_AT + 2];
  }

  int port() {
    return number2(begin + EntryFormat.REASON_AT + 3);
  }

  long octetsMoved() {
    return up + down;
  }

  int rule() {
    return rule;
  }

  private int clientPort() {
    return number2(begin + EntryFormat.REASON_AT + 5);
  }

  private int addressLength() {
    return octets[begin + EntryFormat.REASON_AT + 7] & 0xFF;
  }

  boolean isUser(byte[] name) {
    return user.length == name.length
        && Arrays.equals(octets, user.from, user.from + user.length, name, 0, name.length);
  }

  /** Whether no user is known. */
  boolean isAnonymous() {
    return user.length < 0;
  }

  /** Whether the client's address begins with the bits of a network. */
  boolean isFrom(byte[] network, int prefix) {
    int from = begin + EntryFormat.REASON_AT + 8;
    int whole = prefix / 8;
    if (addressLength() != network.length
        || !Arrays.equals(octets, from, from + whole, network, 0, whole)) {
      return false;
    }
    int rest = prefix % 8;
    return rest == 0 || ((octets[from + whole] ^ network[whole]) & 0xFF << 8 - rest & 0xFF) == 0;
  }

  /** Whether the destination is this name, in lower case; or ends so and is longer. */
  boolean isTo(byte[] name, boolean longer) {
    int length = destination.length;
    if (length > 0 && octets[destination.from + length - 1] == '.') {
      length--; // fully qualified
    }
    if (longer ? length <= name.length : length != name.length) {
      return false;
    }
    int from = destination.from + length - name.length;
    for (int i = 0; i < name.length; i++) {
      int octet = octets[from + i];
      if (octet != name[i] && !(octet >= 'A' && octet <= 'Z' && octet + 0x20 == name[i])) {
        return false;
      }
    }
    return true;
  }

  /** The entry as an object. */
  HistoryEntry entry(long key, FileHeader header) {
    return new HistoryEntry(
        key,
        id,
        endMillis() - durationMillis,
        endMillis(),
        address(begin + EntryFormat.REASON_AT + 8, addressLength()),
        clientPort(),
        text(user),
        asked(),
        text(destination),
        port(),
        reply(),
        rule,
        text(ruleWords),
        up,
        down,
        header.reason(reason()),
        header.fault(reason()),
        text(detail),
        address(cursor, end - cursor));
  }

  private @Nullable Command asked() {
    for (Command command : COMMANDS) {
      if (command.code() == command()) {
        return command;
      }
    }
    return null;
  }

  private @Nullable InetAddress address(int from, int length) {
    try {
      return length == 0
          ? null
          : InetAddress.getByAddress(Arrays.copyOfRange(octets, from, from + length));
    } catch (UnknownHostException malformed) {
      return null;
    }
  }

  private @Nullable String text(Span span) {
    return span.length < 0 ? null : Text.decoded(octets, span.from, span.length);
  }

  private int number2(int index) {
    return (octets[index] & 0xFF) << 8 | octets[index + 1] & 0xFF;
  }

  private long number() {
    long number = 0;
    int shift = 0;
    while (cursor < end) {
      int octet = octets[cursor++];
      number |= (long) (octet & 0x7F) << shift;
      shift += 7;
      if (octet >= 0) {
        break;
      }
    }
    return number;
  }

  /** A length that leads beyond the entry makes it malformed. */
  private void span(Span span) {
    int length = (int) Math.min(number() - 1, Short.MAX_VALUE);
    span.from = cursor;
    span.length = length;
    cursor += Math.max(length, 0);
    if (cursor > end) {
      span.length = -1;
    }
  }
}
