package dev.argyle.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes the fields of a management message off a buffer, one after the other. A field that cannot
 * be had is null, for one of two reasons that add up over the message: {@link #missing}, its octets
 * are not all there, and nothing behind it is read; {@link #bad}, they are, but no value is made of
 * them, and the next field is where it would be. What either means differs from protocol to
 * protocol. Used by one reader during one call.
 */
public final class Fields {

  private final ByteBuffer in;
  private final int start;
  private boolean missing;
  private boolean bad;

  /** Begins at the buffer's position, and moves it. */
  public Fields(ByteBuffer in) {
    this.in = in;
    this.start = in.position();
  }

  /** Whether the buffer ended within a field. */
  public boolean missing() {
    return missing;
  }

  /** Whether a field was there, but had no length, was not ASCII or was neither 00 nor 01. */
  public boolean bad() {
    return bad;
  }

  /** An octet, 0 to 255. */
  public @Nullable Integer octet() {
    return has(1) ? Byte.toUnsignedInt(in.get()) : null;
  }

  /**
   * An unsigned integer in network order.
   *
   * @param size 1 to 8 octets; of 8, the value is the unsigned one with the same bits
   */
  public @Nullable Long unsigned(int size) {
    if (!has(size)) {
      return null;
    }
    long value = 0;
    for (int i = 0; i < size; i++) {
      value = value << 8 | Byte.toUnsignedLong(in.get());
    }
    return value;
  }

  /** 00: off, 01: on; anything else is bad. */
  public @Nullable Boolean onOff() {
    Integer octet = octet();
    if (octet == null) {
      return null;
    }
    bad |= octet > 1;
    return octet > 1 ? null : octet == 1;
  }

  /** LENGTH NAME, of any octets; bad without any. */
  public @Nullable UserName name() {
    byte[] octets = counted();
    if (octets == null) {
      return null;
    }
    if (octets.length == 0) {
      bad = true;
      return null;
    }
    return UserName.of(octets);
  }

  /** LENGTH NAME as a request has it; bad also if it is not ASCII. */
  public @Nullable UserName asciiName() {
    UserName name = name();
    if (name == null || name.isAscii()) {
      return name;
    }
    bad = true;
    return null;
  }

  /** LENGTH PASSWORD; bad without octets or if it is not ASCII. */
  public @Nullable Password password() {
    byte[] octets = counted();
    if (octets == null) {
      return null;
    }
    if (octets.length == 0 || !Password.isAscii(octets)) {
      bad = true;
      return null;
    }
    return new Password(octets);
  }

  /** That many names; bad if one of them is. */
  public @Nullable List<UserName> names(long count) {
    List<UserName> names = new ArrayList<>(); // grows with what is there, not with what is promised
    for (long i = 0; i < count; i++) {
      UserName name = name();
      if (name == null) {
        return null;
      }
      names.add(name);
    }
    return names;
  }

  /** LENGTH, then that many octets, of any kind and none. */
  public byte @Nullable [] counted() {
    if (!has(1)) {
      return null;
    }
    int length = Byte.toUnsignedInt(in.get(in.position()));
    if (!has(1 + length)) {
      return null;
    }
    byte[] octets = new byte[length];
    in.position(in.position() + 1).get(octets);
    return octets;
  }

  /**
   * ATYP ADDR PORT; bad if the type is unknown or the name empty, and what follows is lost then.
   */
  public @Nullable Destination destination() {
    if (missing) {
      return null;
    }
    return switch (Destination.read(in)) {
      case Decoded.Message<Destination, Void>(Destination destination) -> destination;
      case Decoded.NeedMore<Destination, Void> unfinished -> {
        missing = true;
        yield null;
      }
      case Decoded.Malformed<Destination, Void> malformed -> {
        missing = true;
        bad = true;
        yield null;
      }
    };
  }

  private boolean has(int octets) {
    missing |= in.remaining() < octets;
    return !missing;
  }

  /** The message of one field; null without it. */
  public static <T, M> @Nullable M made(@Nullable T field, Function<T, M> constructor) {
    return field == null ? null : constructor.apply(field);
  }

  /** The message of two fields; null without both. */
  public static <T, U, M> @Nullable M made(
      @Nullable T first, @Nullable U second, BiFunction<T, U, M> constructor) {
    return first == null || second == null ? null : constructor.apply(first, second);
  }

  /** Puts the buffer back to where this began. */
  public <M, A> Decoded<M, A> needMore() {
    in.position(start);
    return Decoded.needMore();
  }

  /** Puts the buffer back to where this began. */
  public <M, A> Decoded<M, A> malformed(@Nullable A answer, String reason) {
    in.position(start);
    return new Decoded.Malformed<>(answer, reason);
  }

  /** Puts the low octets of a value in network order. */
  public static void put(ByteBuffer out, long value, int size) {
    for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) {
      out.put((byte) (value >> shift));
    }
  }

  /**
   * The value, for a field of 1 to 7 octets.
   *
   * @throws IllegalArgumentException if it does not fit
   */
  public static long fitting(String what, long value, int size) {
    if (value < 0 || value > max(size)) {
      throw new IllegalArgumentException(what + " is 0 to " + max(size) + ", not " + value);
    }
    return value;
  }

  /**
   * The value, or the greatest that 1 to 7 octets hold: a counter does not wrap.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public static long saturated(String what, long value, int size) {
    if (value < 0) {
      throw new IllegalArgumentException(what + " is not negative, but " + value);
    }
    return Math.min(value, max(size));
  }

  private static long max(int size) {
    return (1L << (8 * size)) - 1;
  }
}
