package dev.argyle.server.list;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * A set of host names in two arrays: the octets of all names, one behind the other, and an open
 * hash table of where they begin. A name takes its own length and at most {@link #OCTETS_A_NAME}
 * octets; there is no object for it. Immutable, so any thread asks; to ask takes one pass over the
 * name and makes nothing.
 *
 * <p>Names are compared in full, so there are no false answers. The hash is of this process alone,
 * so nobody can write a file of names that collide.
 */
final class NameTable {

  /** What a name takes at most besides its own octets, in a table of more than a few names. */
  static final int OCTETS_A_NAME = 14;

  /** The name itself. */
  static final int ITSELF = 1;

  /** Every name below it. */
  static final int BELOW = 2;

  /** Before the octets of a name: their number, and what the name stands for. */
  private static final int HEAD = 2;

  private static final int LEAST_SLOTS = 16; // a power of two
  private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;
  private static final long FACTOR = new SecureRandom().nextLong() | 1;

  private final byte[] octets;
  private final int[] slots; // where a name's head is, plus 1; 0: nothing is there
  private final int size;

  private NameTable(byte[] octets, int[] slots, int size) {
    this.octets = octets;
    this.slots = slots;
    this.size = size;
  }

  /** How many different names there are. */
  int size() {
    return size;
  }

  /** What it takes on the heap. */
  long heapOctets() {
    return octets.length + (long) slots.length * Integer.BYTES;
  }

  /**
   * Whether a name is meant: it is here itself, or a name above it is that stands for those below.
   *
   * @param name in lower case, without a trailing dot
   */
  boolean has(String name) {
    long hash = 0;
    for (int i = name.length() - 1; i >= 0; i--) { // from the end: a hash of each suffix on the way
      char c = name.charAt(i);
      if (c == '.' && (meaning(hash, name, i + 1) & BELOW) != 0) {
        return true;
      }
      hash = next(hash, c);
    }
    return (meaning(hash, name, 0) & ITSELF) != 0;
  }

  private static long next(long hash, char c) {
    return (hash + c + 1) * FACTOR;
  }

  /** What the name from {@code start} on stands for; 0: it is not here. */
  private int meaning(long hash, String name, int start) {
    int at = slot(hash, slots.length);
    while (slots[at] != 0) {
      int head = slots[at] - 1;
      if (isSame(octets, head, name, start)) {
        return octets[head + 1];
      }
      at = at + 1 & slots.length - 1;
    }
    return 0;
  }

  private static int slot(long hash, int slots) {
    return (int) (hash * GOLDEN >>> Long.SIZE - Integer.numberOfTrailingZeros(slots));
  }

  private static boolean isSame(byte[] octets, int head, String name, int start) {
    int length = octets[head] & 0xff;
    if (length != name.length() - start) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (octets[head + HEAD + i] != name.charAt(start + i)) { // ASCII: never negative
        return false;
      }
    }
    return true;
  }

  /** Collects names. For one thread. */
  static final class Builder {

    private byte[] octets = new byte[1024];
    private int end;
    private int[] slots = new int[LEAST_SLOTS];
    private int size;

    int size() {
      return size;
    }

    /** What the table takes on the heap when it is built. */
    long heapOctets() {
      return end + (long) slots.length * Integer.BYTES;
    }

    /**
     * Adds a name, or what else it stands for.
     *
     * @param name 1 to 253 characters of ASCII, as {@link #has} compares them
     * @param meaning {@link #ITSELF}, {@link #BELOW} or both
     */
    void add(String name, int meaning) {
      long hash = 0;
      for (int i = name.length() - 1; i >= 0; i--) {
        hash = next(hash, name.charAt(i));
      }
      int at = slot(hash, slots.length);
      while (slots[at] != 0) {
        int head = slots[at] - 1;
        if (isSame(octets, head, name, 0)) {
          octets[head + 1] |= (byte) meaning;
          return;
        }
        at = at + 1 & slots.length - 1;
      }
      slots[at] = end + 1;
      append(name, meaning);
      size++;
      if (size > slots.length / 4 * 3) {
        grow();
      }
    }

    private void append(String name, int meaning) {
      byte[] ascii = name.getBytes(StandardCharsets.ISO_8859_1);
      if (octets.length - end < HEAD + ascii.length) {
        octets = Arrays.copyOf(octets, octets.length * 2);
      }
      octets[end] = (byte) ascii.length;
      octets[end + 1] = (byte) meaning;
      System.arraycopy(ascii, 0, octets, end + HEAD, ascii.length);
      end += HEAD + ascii.length;
    }

    private void grow() {
      int[] more = new int[slots.length * 2];
      for (int head = 0; head < end; head += HEAD + (octets[head] & 0xff)) {
        long hash = 0;
        for (int i = head + HEAD + (octets[head] & 0xff) - 1; i >= head + HEAD; i--) {
          hash = next(hash, (char) octets[i]);
        }
        int at = slot(hash, more.length);
        while (more[at] != 0) {
          at = at + 1 & more.length - 1;
        }
        more[at] = head + 1;
      }
      slots = more;
    }

    NameTable build() {
      return new NameTable(Arrays.copyOf(octets, end), slots, size);
    }
  }
}
