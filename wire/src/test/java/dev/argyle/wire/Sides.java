package dev.argyle.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The octets of both sides of an exchange, taken message by message and held against writing. */
public record Sides(ByteBuffer client, ByteBuffer server) {

  public static Sides of(Vector vector) {
    return new Sides(ByteBuffer.wrap(vector.client()), ByteBuffer.wrap(vector.server()));
  }

  /** The next message of a side, which must be there whole and be written as it came. */
  public static <M extends Writable, A> M taken(
      Function<ByteBuffer, Decoded<M, A>> reader, ByteBuffer side) {
    ByteBuffer from = side.duplicate();
    Decoded<M, A> decoded = reader.apply(side);
    assertThat(decoded).isInstanceOf(Decoded.Message.class);
    M message = ((Decoded.Message<M, A>) decoded).value();
    assertWritten(message, from);
    return message;
  }

  /** What is written is what came from there on. */
  public static void assertWritten(Writable message, ByteBuffer from) {
    byte[] expected = new byte[message.length()];
    from.get(expected);
    assertThat(HexFormat.of().formatHex(message.octets()))
        .isEqualTo(HexFormat.of().formatHex(expected));
  }

  /** All that the server sends from here on is this; null: nothing. */
  public void answered(@Nullable Writable answer) {
    byte[] rest = new byte[server.remaining()];
    server.get(rest);
    assertThat(HexFormat.of().formatHex(rest))
        .isEqualTo(HexFormat.of().formatHex(answer == null ? new byte[0] : answer.octets()));
  }

  public void areOver() {
    assertThat(client.remaining()).isZero();
    assertThat(server.remaining()).isZero();
  }
}
