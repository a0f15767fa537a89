package dev.argyle.wire.mass;

import static dev.argyle.wire.Sides.assertWritten;
import static dev.argyle.wire.Sides.taken;

import dev.argyle.wire.Decoded;
import dev.argyle.wire.Sides;
import dev.argyle.wire.Vector;
import dev.argyle.wire.socks.Credentials;
import dev.argyle.wire.socks.CredentialsReply;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** vectors.json: both sides are understood to the last octet, and written back as they were. */
@Tag("play")
class MassVectorsTest {

  @ParameterizedTest(name = "{0}")
  @MethodSource("vectors")
  void everyExchangeIsUnderstoodAndWrittenBack(Vector vector) {
    Sides sides = Sides.of(vector);
    switch (MassGreeting.read(sides.client())) {
      case Decoded.Message<MassGreeting, MassChoice> greeting -> {
        switch (taken(MassChoice::read, sides.server())) {
          case NONE -> request(sides, order(vector));
          case PASSWORD -> authenticate(sides, order(vector));
          case NONE_ACCEPTABLE -> {}
        }
        sides.areOver();
      }
      case Decoded.NeedMore<MassGreeting, MassChoice> unfinished -> throw new AssertionError();
      case Decoded.Malformed<MassGreeting, MassChoice> malformed ->
          sides.answered(malformed.answer());
    }
  }

  static Stream<Vector> vectors() {
    return Vector.of("mass");
  }

  private static ByteOrder order(Vector vector) {
    return vector.given().contains("little-endian")
        ? ByteOrder.LITTLE_ENDIAN
        : ByteOrder.BIG_ENDIAN;
  }

  private static void authenticate(Sides sides, ByteOrder order) {
    if (sides.client().hasRemaining()) {
      taken(Credentials::read, sides.client());
      if (taken(CredentialsReply::read, sides.server()) == CredentialsReply.ACCEPTED) {
        request(sides, order);
      }
    }
  }

  private static void request(Sides sides, ByteOrder order) {
    if (!sides.client().hasRemaining()) {
      return;
    }
    ByteBuffer from = sides.client().duplicate();
    switch (MassRequest.read(sides.client())) {
      case Decoded.Message<MassRequest, MassReply>(MassRequest request) -> {
        assertWritten(request, from);
        taken(in -> MassReply.read(in, request, order), sides.server());
      }
      case Decoded.NeedMore<MassRequest, MassReply> unfinished -> throw new AssertionError();
      case Decoded.Malformed<MassRequest, MassReply> malformed -> {
        sides.answered(malformed.answer());
        sides.client().position(sides.client().limit());
      }
    }
  }
}
