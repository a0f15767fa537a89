package dev.argyle.wire;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a fuzzer checks of a reader on any octets: {@link ReaderContract}, with plain comparisons,
 * for it runs thousands of times a second, and two promises more. What stands behind the limit
 * plays no part; and what is allocated grows with the octets that are there, not with those that
 * are promised.
 */
public final class Fuzzed {

  /** What writing a message that was read gives. */
  public enum Written {
    /** The octets that it was read from. */
    SAME_OCTETS,
    /** Other octets, which read as the same message. */
    SAME_MESSAGE,
    /** Nothing: it can be read, not sent. */
    NOT_AT_ALL
  }

  private static final int BEFORE = 3; // octets that are not the message's: a position is not 0
  private static final int EVERY_CUT_UP_TO = 300; // longer ones are cut at some places
  private static final int ALLOCATED_ALWAYS = 64 * 1024;
  private static final int ALLOCATED_FOR_AN_OCTET = 200; // names of one octet, in lists
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Fuzzed() {}

  private record Read<M, A>(Decoded<M, A> decoded, int octets) {}

  /**
   * Reads a message off a stream, whole and cut.
   *
   * @param in what is left of the stream; behind the message afterwards, if there is one
   * @return null: there is none
   */
  public static <M, A> @Nullable M message(
      Function<ByteBuffer, Decoded<M, A>> reader, ByteBuffer in, Function<M, Written> written) {
    byte[] octets = left(in);
    Read<M, A> whole = read(reader, octets, octets.length, 0x05);
    boolean decided = false;
    for (int cut = 0; cut < octets.length; cut = next(cut, octets.length, whole.octets())) {
      Read<M, A> prefix = read(reader, octets, cut, 0x05);
      if (prefix.decoded() instanceof Decoded.NeedMore<M, A>) {
        boolean complete =
            whole.decoded() instanceof Decoded.Message<M, A> && cut >= whole.octets();
        check(!decided && !complete, "wants more at %d of %s", cut, whole);
      } else {
        decided = true;
        check(prefix.equals(whole), "at %d: %s, of all: %s", cut, prefix, whole);
        check(cut >= whole.octets(), "at %d already: %s", cut, whole);
      }
    }
    return taken(reader, in, octets, whole, written);
  }

  /** The same, of a message that comes whole or not at all. */
  public static <M, A> @Nullable M datagram(
      Function<ByteBuffer, Decoded<M, A>> reader, ByteBuffer in, Function<M, Written> written) {
    byte[] octets = left(in);
    Read<M, A> whole = read(reader, octets, octets.length, 0x05);
    check(!(whole.decoded() instanceof Decoded.NeedMore<M, A>), "waits for more of a datagram");
    return taken(reader, in, octets, whole, written);
  }

  private static <M, A> @Nullable M taken(
      Function<ByteBuffer, Decoded<M, A>> reader,
      ByteBuffer in,
      byte[] octets,
      Read<M, A> whole,
      Function<M, Written> written) {
    Read<M, A> otherwise = read(reader, octets, octets.length, 0xF1);
    check(whole.equals(otherwise), "reads beyond: %s, %s", whole, otherwise);
    if (!(whole.decoded() instanceof Decoded.Message<M, A>(M message))) {
      return null;
    }
    in.position(in.position() + whole.octets());
    Written expected = written.apply(message);
    if (expected != Written.NOT_AT_ALL) {
      byte[] back = ((Writable) message).octets();
      if (expected == Written.SAME_OCTETS) {
        check(Arrays.equals(back, Arrays.copyOf(octets, whole.octets())), "written: %s", whole);
      }
      Read<M, A> again = read(reader, back, back.length, 0x05);
      check(again.octets() == back.length, "written, it is not read to its end: %s", whole);
      check(again.decoded().equals(whole.decoded()), "read again: %s, %s", whole, again);
    }
    return message;
  }

  private static <M, A> Read<M, A> read(
      Function<ByteBuffer, Decoded<M, A>> reader, byte[] octets, int length, int around) {
    byte[] room = new byte[BEFORE + length + BEFORE];
    Arrays.fill(room, (byte) around);
    System.arraycopy(octets, 0, room, BEFORE, length);
    ByteBuffer in = ByteBuffer.wrap(room, BEFORE, length).asReadOnlyBuffer();
    Decoded<M, A> decoded = bounded(reader, in);
    int taken = in.position() - BEFORE;
    check(in.limit() == BEFORE + length, "the limit has moved");
    switch (decoded) {
      case Decoded.Message<M, A> message -> check(taken > 0, "a message of nothing");
      case Decoded.NeedMore<M, A> unfinished -> check(taken == 0, "wants more, but took some");
      case Decoded.Malformed<M, A> malformed -> {
        check(taken == 0, "malformed, but took some");
        check(!malformed.reason().isBlank(), "malformed without a reason");
      }
    }
    return new Read<>(decoded, taken);
  }

  /** Loading a class allocates too, but once: only who does it twice has gone too far. */
  private static <M, A> Decoded<M, A> bounded(
      Function<ByteBuffer, Decoded<M, A>> reader, ByteBuffer in) {
    int start = in.position();
    long most = ALLOCATED_ALWAYS + (long) ALLOCATED_FOR_AN_OCTET * in.remaining();
    for (int times = 0; ; times++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      Decoded<M, A> decoded = reader.apply(in);
      long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
      if (allocated <= most) {
        return decoded;
      }
      check(times < 3, "allocates %d for %d octets", allocated, in.limit() - start);
      in.position(start);
    }
  }

  private static int next(int cut, int length, int message) {
    if (length <= EVERY_CUT_UP_TO || cut < EVERY_CUT_UP_TO / 2) {
      return cut + 1;
    }
    int wide = cut + length / 64 + 1;
    return cut < message - 1 && wide >= message - 1 ? message - 1 : wide;
  }

  private static byte[] left(ByteBuffer in) {
    byte[] octets = new byte[in.remaining()];
    in.duplicate().get(octets);
    return octets;
  }

  /** A finding, unless it holds. */
  public static void check(boolean holds, String otherwise, @Nullable Object... arguments) {
    if (!holds) {
      throw new AssertionError(String.format(otherwise, arguments));
    }
  }
}
