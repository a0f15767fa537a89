package dev.argyle.wire.feed;

import static dev.argyle.wire.Sides.assertWritten;
import static dev.argyle.wire.Sides.taken;

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
class FeedVectorsTest {

  @ParameterizedTest(name = "{0}")
  @MethodSource("vectors")
  void everyExchangeIsUnderstoodAndWrittenBack(Vector vector) {
    Sides sides = Sides.of(vector);
    if (vector.given().contains("an authenticated administrator")) {
      request(sides);
    } else {
      login(sides);
    }
  }

  static Stream<Vector> vectors() {
    return Vector.of("feed");
  }

  private static void login(Sides sides) {
    ByteBuffer from = sides.client().duplicate();
    switch (FeedLogin.read(sides.client())) {
      case Decoded.Message<FeedLogin, FeedLoginReply>(FeedLogin login) -> {
        assertWritten(login, from);
        taken(FeedLoginReply::read, sides.server());
        sides.areOver();
      }
      case Decoded.NeedMore<FeedLogin, FeedLoginReply> unfinished -> throw new AssertionError();
      case Decoded.Malformed<FeedLogin, FeedLoginReply> malformed ->
          sides.answered(malformed.answer());
    }
  }

  private static void request(Sides sides) {
    ByteBuffer from = sides.client().duplicate();
    switch (FeedRequest.read(sides.client())) {
      case Decoded.Message<FeedRequest, FeedResponse>(FeedRequest.Sendable request) -> {
        assertWritten(request, from);
        taken(FeedResponse::read, sides.server());
        sides.areOver();
      }
      case Decoded.Message<FeedRequest, FeedResponse>(
              FeedRequest.Impossible(FeedResponse answer)) -> {
        sides.answered(answer);
        sides.areOver();
      }
      case Decoded.NeedMore<FeedRequest, FeedResponse> unfinished -> throw new AssertionError();
      case Decoded.Malformed<FeedRequest, FeedResponse> malformed -> {
        taken(FeedResponse::read, sides.server().duplicate());
        sides.answered(malformed.answer());
      }
    }
  }
}
