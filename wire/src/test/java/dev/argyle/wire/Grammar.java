package dev.argyle.wire;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.function.LongPredicate;
import java.util.function.Predicate;

/**
 * Messages as a specification draws them: a slow and obvious reader, that fast ones are held
 * against. It knows only how long a message is, and from which octet on there can be none; and it
 * makes messages up.
 */
public sealed interface Grammar {

  /** All is right so far, and more must come. */
  int UNFINISHED = -1;

  /** No message begins so, whatever follows. */
  int NEVER = -2;

  /** Where the message that begins there ends; or {@link #UNFINISHED}, or {@link #NEVER}. */
  int end(byte[] octets, int from);

  /** Any message, short ones more often. */
  void make(Random dice, ByteArrayOutputStream out);

  default byte[] made(Random dice) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    make(dice, out);
    return out.toByteArray();
  }

  // What specifications are drawn with

  /** These octets. */
  static Grammar octets(String hex) {
    byte[] octets = HexFormat.of().parseHex(hex);
    Grammar[] all = new Grammar[octets.length];
    for (int i = 0; i < all.length; i++) {
      int octet = Byte.toUnsignedInt(octets[i]);
      all[i] = new Octet(value -> value == octet);
    }
    return sequence(all);
  }

  /** One of these octets. */
  static Grammar oneOf(String hex) {
    byte[] octets = HexFormat.of().parseHex(hex);
    return new Octet(
        value -> {
          for (byte octet : octets) {
            if (Byte.toUnsignedInt(octet) == value) {
              return true;
            }
          }
          return false;
        });
  }

  /** An octet, both ends included. */
  static Grammar between(int first, int last) {
    return new Octet(value -> value >= first && value <= last);
  }

  /** So many octets of any kind. */
  static Grammar any(int count) {
    return number(count, value -> true);
  }

  /** A number, judged when it is there whole. */
  static Grammar number(int size, LongPredicate allowed) {
    return new Number(size, allowed);
  }

  /** A length of {@code size} octets, and as many octets as it says, {@code least} at least. */
  static Grammar counted(int size, int least) {
    return new Counted(size, least, octets -> true);
  }

  /** 1 to 255 octets behind their length, judged when they are there whole. */
  static Grammar ascii() {
    return new Counted(1, 1, Password::isAscii);
  }

  /** A number of {@code size} octets, {@code most} at most, and as many of these. */
  static Grammar times(int size, long most, Grammar item) {
    return new Times(size, most, item);
  }

  static Grammar sequence(Grammar... parts) {
    return new Sequence(List.of(parts));
  }

  /** One of these: no octets are two of them. */
  static Grammar either(Grammar... choices) {
    return new Either(List.of(choices));
  }

  /** This, if it has so many octets at most. */
  static Grammar within(int most, Grammar whole) {
    return new Within(most, whole);
  }

  /** Big-endian; of 8 octets, with the same bits. */
  private static long number(byte[] octets, int from, int size) {
    long value = 0;
    for (int i = 0; i < size; i++) {
      value = value << 8 | Byte.toUnsignedInt(octets[from + i]);
    }
    return value;
  }

  private static void put(long value, int size, ByteArrayOutputStream out) {
    for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) {
      out.write((int) (value >> shift));
    }
  }

  record Octet(IntPredicate allowed) implements Grammar {
    @Override
    public int end(byte[] octets, int from) {
      if (from == octets.length) {
        return UNFINISHED;
      }
      return allowed.test(Byte.toUnsignedInt(octets[from])) ? from + 1 : NEVER;
    }

    @Override
    public void make(Random dice, ByteArrayOutputStream out) {
      out.write(dice.ints(0, 256).filter(allowed).findFirst().orElseThrow());
    }
  }

  record Number(int size, LongPredicate allowed) implements Grammar {
    @Override
    public int end(byte[] octets, int from) {
      if (octets.length - from < size) {
        return UNFINISHED;
      }
      return size > Long.BYTES || allowed.test(number(octets, from, size)) ? from + size : NEVER;
    }

    @Override
    public void make(Random dice, ByteArrayOutputStream out) {
      byte[] made = new byte[size];
      do {
        dice.nextBytes(made);
      } while (end(made, 0) < 0);
      out.writeBytes(made);
    }
  }

  record Counted(int size, int least, Predicate<byte[]> allowed) implements Grammar {
    @Override
    public int end(byte[] octets, int from) {
      if (octets.length - from < size) {
        return UNFINISHED;
      }
      int length = (int) number(octets, from, size);
      int end = from + size + length;
      if (length < least) {
        return NEVER;
      }
      if (octets.length < end) {
        return UNFINISHED;
      }
      return allowed.test(Arrays.copyOfRange(octets, from + size, end)) ? end : NEVER;
    }

    @Override
    public void make(Random dice, ByteArrayOutputStream out) {
      byte[] made = new byte[least + (dice.nextInt(20) == 0 ? 255 - least : dice.nextInt(4))];
      do {
        for (int i = 0; i < made.length; i++) {
          made[i] = (byte) (allowed.test(new byte[] {-1}) ? dice.nextInt() : dice.nextInt(0x80));
        }
      } while (!allowed.test(made));
      put(made.length, size, out);
      out.writeBytes(made);
    }
  }

  record Times(int size, long most, Grammar item) implements Grammar {
    @Override
    public int end(byte[] octets, int from) {
      if (octets.length - from < size) {
        return UNFINISHED;
      }
      long count = number(octets, from, size);
      int end = count > most ? NEVER : from + size;
      for (long i = 0; i < count && end >= 0; i++) {
        end = item.end(octets, end);
      }
      return end;
    }

    @Override
    public void make(Random dice, ByteArrayOutputStream out) {
      int count = dice.nextInt(4);
      put(count, size, out);
      for (int i = 0; i < count; i++) {
        item.make(dice, out);
      }
    }
  }

  record Sequence(List<Grammar> parts) implements Grammar {
    @Override
    public int end(byte[] octets, int from) {
      int end = from;
      for (Grammar part : parts) {
        if (end >= 0) {
          end = part.end(octets, end);
        }
      }
      return end;
    }

    @Override
    public void make(Random dice, ByteArrayOutputStream out) {
      parts.forEach(part -> part.make(dice, out));
    }
  }

  record Either(List<Grammar> choices) implements Grammar {
    @Override
    public int end(byte[] octets, int from) {
      return choices.stream().mapToInt(choice -> choice.end(octets, from)).max().orElseThrow();
    }

    @Override
    public void make(Random dice, ByteArrayOutputStream out) {
      choices.get(dice.nextInt(choices.size())).make(dice, out);
    }
  }

  record Within(int most, Grammar whole) implements Grammar {
    @Override
    public int end(byte[] octets, int from) {
      int end = whole.end(octets, from);
      return end > from + most ? NEVER : end;
    }

    @Override
    public void make(Random dice, ByteArrayOutputStream out) {
      byte[] made;
      do {
        made = whole.made(dice);
      } while (made.length > most);
      out.writeBytes(made);
    }
  }
}
