package dev.argyle.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What every reader promises, as checks that any protocol's tests run over their own messages.
 *
 * @param reader a static {@code read}
 */
public record ReaderContract<M, A>(Function<ByteBuffer, Decoded<M, A>> reader) {

  private static final int BEFORE = 3; // octets that are not the message's: a position is not 0

  /** A message is read as it was written, wherever it is cut and whatever follows. */
  public void holdsFor(M message, byte[] written, byte[] trailing) {
    holdsForDatagram(message, written, trailing);
    for (int cut = 0; cut < written.length; cut++) {
      ByteBuffer prefix = buffer(Arrays.copyOf(written, cut));
      assertThat(reader.apply(prefix)).as("cut after %d", cut).isEqualTo(Decoded.needMore());
      assertThat(prefix.position()).isEqualTo(BEFORE);
    }
  }

  /** The same, of a message that comes whole or not at all. */
  public void holdsForDatagram(M message, byte[] written, byte[] trailing) {
    for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
      ByteBuffer in = buffer(concatenated(written, trailing)).order(order);
      assertThat(reader.apply(in)).isEqualTo(new Decoded.Message<M, A>(message));
      assertThat(in.position()).isEqualTo(BEFORE + written.length);
    }
  }

  /**
   * Whatever the octets: no exception, the position moves on Message only, and what was decided on
   * a prefix stays so when more comes.
   */
  public void holdsForAnything(byte[] octets) {
    @Nullable Decoded<M, A> decided = null;
    int decidedEnd = 0;
    for (int cut = 0; cut <= octets.length; cut++) {
      ByteBuffer in = buffer(Arrays.copyOf(octets, cut));
      Decoded<M, A> decoded = reader.apply(in);
      switch (decoded) {
        case Decoded.Message<M, A> message ->
            assertThat(in.position()).isBetween(BEFORE + 1, in.limit());
        case Decoded.NeedMore<M, A> unfinished -> assertThat(in.position()).isEqualTo(BEFORE);
        case Decoded.Malformed<M, A> malformed -> {
          assertThat(in.position()).isEqualTo(BEFORE);
          assertThat(malformed.reason()).isNotBlank();
        }
      }
      if (decided != null) {
        assertThat(decoded).as("decided earlier than octet %d", cut).isEqualTo(decided);
        assertThat(in.position()).isEqualTo(decidedEnd);
      } else if (!(decoded instanceof Decoded.NeedMore<M, A>)) {
        decided = decoded;
        decidedEnd = in.position();
      }
    }
  }

  /** Whatever the octets of a message that comes whole or not at all: no exception, no waiting. */
  public void holdsForAnyDatagram(byte[] octets) {
    ByteBuffer in = buffer(octets);
    switch (reader.apply(in)) {
      case Decoded.Message<M, A> message ->
          assertThat(in.position()).isBetween(BEFORE + 1, in.limit());
      case Decoded.NeedMore<M, A> unfinished -> throw new AssertionError("no more will come");
      case Decoded.Malformed<M, A> malformed -> {
        assertThat(in.position()).isEqualTo(BEFORE);
        assertThat(malformed.reason()).isNotBlank();
      }
    }
  }

  /** A read-only view whose position is not 0 and whose limit is not its capacity. */
  private static ByteBuffer buffer(byte[] octets) {
    byte[] room = new byte[BEFORE + octets.length + BEFORE];
    Arrays.fill(room, (byte) 0x05);
    System.arraycopy(octets, 0, room, BEFORE, octets.length);
    return ByteBuffer.wrap(room, BEFORE, octets.length).asReadOnlyBuffer();
  }

  public static byte[] concatenated(byte[]... parts) {
    ByteBuffer all = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(part -> part.length).sum());
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }
}
