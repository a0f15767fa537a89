package dev.argyle.server.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The messages of one recvmmsg or sendmmsg in native memory, made once a loop (bits/socket.h,
 * 64-bit): {@code struct mmsghdr} (64 octets), and for each a piece of memory ({@code struct
 * iovec}, 16), a socket address (28) and room for one control message (24).
 *
 * <p>Addresses are given and taken as 128 bits in network order, IPv4 as mapped (::ffff:a.b.c.d).
 * Belongs to one event loop.
 */
public final class MessageVector {

  private static final int MESSAGE = 64;
  private static final int NAME = 0;
  private static final int NAME_LENGTH = 8;
  private static final int PIECES = 16;
  private static final int PIECE_COUNT = 24;
  private static final int CONTROL = 32;
  private static final int CONTROL_LENGTH = 40;
  private static final int LENGTH = 56;

  private static final int PIECE = 16;
  private static final int ADDRESS = 32; // 28, and aligned
  private static final int ADDRESS_OCTETS = 28;
  private static final int IPV4_ADDRESS_OCTETS = 16;
  private static final int CONTROL_OCTETS = 24;

  private static final long MAPPED = 0xFFFF_0000_0000L;

  private static final ValueLayout.OfShort NETWORK_SHORT =
      JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt NETWORK_INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong NETWORK_LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private final MemorySegment messages;
  private final MemorySegment pieces;
  private final MemorySegment addresses;
  private final MemorySegment controls;

  public MessageVector(Arena arena, int count) {
    messages = arena.allocate((long) count * MESSAGE, 8);
    pieces = arena.allocate((long) count * PIECE, 8);
    addresses = arena.allocate((long) count * ADDRESS, 8);
    controls = arena.allocate((long) count * CONTROL_OCTETS, 8);
    for (int i = 0; i < count; i++) {
      long message = (long) i * MESSAGE;
      messages.set(JAVA_LONG, message + NAME, addresses.address() + (long) i * ADDRESS);
      messages.set(JAVA_INT, message + NAME_LENGTH, ADDRESS_OCTETS);
      messages.set(JAVA_LONG, message + PIECES, pieces.address() + (long) i * PIECE);
      messages.set(JAVA_LONG, message + PIECE_COUNT, 1L);
      long control = (long) i * CONTROL_OCTETS;
      controls.set(JAVA_LONG, control, 18L); // cmsg_len: the header and 2 octets
      controls.set(JAVA_INT, control + 8, SocketOption.SOL_UDP);
      controls.set(JAVA_INT, control + 12, SocketOption.UDP_SEGMENT);
    }
  }

  /** Where message {@code first} is; the others follow. */
  public long address(int first) {
    return messages.address() + (long) first * MESSAGE;
  }

  /** Piece {@code i}, which is message {@code i}'s when receiving, is that memory. */
  public void piece(int i, long address, int length) {
    pieces.set(JAVA_LONG, (long) i * PIECE, address);
    pieces.set(JAVA_LONG, (long) i * PIECE + 8, length);
  }

  /** Makes the first messages ready to be received into again: the kernel overwrote lengths. */
  public void rearm(int count) {
    for (int i = 0; i < count; i++) {
      messages.set(JAVA_INT, (long) i * MESSAGE + NAME_LENGTH, ADDRESS_OCTETS);
    }
  }

  /** Octets of a received datagram. */
  public int length(int i) {
    return messages.get(JAVA_INT, (long) i * MESSAGE + LENGTH);
  }

  /** The first half of a received datagram's source. */
  public long high(int i) {
    return isIpv6(i) ? addresses.get(NETWORK_LONG, (long) i * ADDRESS + 8) : 0;
  }

  /** The second half of a received datagram's source. */
  public long low(int i) {
    long at = (long) i * ADDRESS;
    return isIpv6(i)
        ? addresses.get(NETWORK_LONG, at + 16)
        : MAPPED | Integer.toUnsignedLong(addresses.get(NETWORK_INT, at + 4));
  }

  /** The port of a received datagram's source. */
  public int port(int i) {
    return addresses.get(NETWORK_SHORT, (long) i * ADDRESS + 2) & 0xFFFF;
  }

  private boolean isIpv6(int i) {
    return addresses.get(JAVA_SHORT, (long) i * ADDRESS) == SocketAddresses.AF_INET6;
  }

  /**
   * Message {@code i} consists of these pieces.
   *
   * @param segment the octets of each datagram but the last, if the kernel is to cut the message up
   *     (UDP_SEGMENT); 0: it is one datagram
   */
  public void outgoing(int i, int firstPiece, int pieceCount, int segment) {
    long message = (long) i * MESSAGE;
    messages.set(JAVA_LONG, message + PIECES, pieces.address() + (long) firstPiece * PIECE);
    messages.set(JAVA_LONG, message + PIECE_COUNT, pieceCount);
    if (segment == 0) {
      messages.set(JAVA_LONG, message + CONTROL, 0L);
      messages.set(JAVA_LONG, message + CONTROL_LENGTH, 0L);
    } else {
      long control = (long) i * CONTROL_OCTETS;
      controls.set(JAVA_SHORT, control + 16, (short) segment);
      messages.set(JAVA_LONG, message + CONTROL, controls.address() + control);
      messages.set(JAVA_LONG, message + CONTROL_LENGTH, CONTROL_OCTETS);
    }
  }

  /**
   * Message {@code i} goes there.
   *
   * @param ipv6 the socket's family, which must be the address's
   */
  public void destination(int i, boolean ipv6, long high, long low, int port) {
    long at = (long) i * ADDRESS;
    addresses.set(NETWORK_SHORT, at + 2, (short) port);
    if (ipv6) {
      addresses.set(JAVA_SHORT, at, (short) SocketAddresses.AF_INET6);
      addresses.set(JAVA_INT, at + 4, 0);
      addresses.set(NETWORK_LONG, at + 8, high);
      addresses.set(NETWORK_LONG, at + 16, low);
      addresses.set(JAVA_INT, at + 24, 0);
      messages.set(JAVA_INT, (long) i * MESSAGE + NAME_LENGTH, ADDRESS_OCTETS);
    } else {
      addresses.set(JAVA_SHORT, at, (short) SocketAddresses.AF_INET);
      addresses.set(NETWORK_INT, at + 4, (int) low);
      messages.set(JAVA_INT, (long) i * MESSAGE + NAME_LENGTH, IPV4_ADDRESS_OCTETS);
    }
  }
}
