package dev.argyle.wire.bottler;

import static dev.argyle.wire.Sides.assertWritten;
import static dev.argyle.wire.Sides.taken;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.wire.Decoded;
import dev.argyle.wire.Sides;
import dev.argyle.wire.Vector;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** vectors.json: both sides are understood to the last octet, and written back as they were. */
@Tag("play")
class BottlerVectorsTest {

  private static final BottlerToken TOKEN = BottlerToken.ofHex("0123456789ABCDEF");

  @ParameterizedTest(name = "{0}")
  @MethodSource("vectors")
  void everyExchangeIsUnderstoodAndWrittenBack(Vector vector) {
    Sides sides = Sides.of(vector);
    switch (BottlerToken.read(sides.client())) {
      case Decoded.Message<BottlerToken, Void>(BottlerToken token) -> {
        assertThat(token).isEqualTo(TOKEN);
        request(sides, vector.client());
      }
      case Decoded.NeedMore<BottlerToken, Void> unfinished -> throw new AssertionError();
      case Decoded.Malformed<BottlerToken, Void> malformed -> sides.answered(null);
    }
  }

  static Stream<Vector> vectors() {
    return Vector.of("bottler");
  }

  private static void request(Sides sides, byte[] datagram) {
    ByteBuffer from = sides.client().duplicate();
    switch (BottlerRequest.read(sides.client())) {
      case Decoded.Message<BottlerRequest, BottlerResponse>(BottlerRequest request) -> {
        assertWritten(request, from);
        assertThat(request.datagram(TOKEN)).isEqualTo(datagram);
        taken(in -> BottlerResponse.read(in, request), sides.server());
        sides.areOver();
      }
      case Decoded.NeedMore<BottlerRequest, BottlerResponse> unfinished ->
          throw new AssertionError();
      case Decoded.Malformed<BottlerRequest, BottlerResponse> malformed ->
          sides.answered(malformed.answer());
    }
  }
}
