package dev.argyle.wire.socks;

import static dev.argyle.wire.Sides.assertWritten;
import static dev.argyle.wire.Sides.taken;
import static java.util.Objects.requireNonNull;
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
class SocksVectorsTest {

  @ParameterizedTest(name = "{0}")
  @MethodSource("overTcp")
  void everyExchangeIsUnderstoodAndWrittenBack(Vector vector) {
    new Exchange(Sides.of(vector)).play();
  }

  static Stream<Vector> overTcp() {
    return Vector.of("socks5");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("overUdp")
  void everyDatagramIsUnderstoodOrDropped(Vector vector) {
    if (vector.server().length == 0) {
      assertThat(UdpHeader.read(ByteBuffer.wrap(vector.client())))
          .isInstanceOf(Decoded.Malformed.class);
      return;
    }
    for (byte[] datagram : new byte[][] {vector.client(), vector.server()}) {
      ByteBuffer in = ByteBuffer.wrap(datagram);
      assertThat(taken(UdpHeader::read, in)).isNotNull();
      assertThat(in.remaining()).isEqualTo("hello".length());
    }
  }

  static Stream<Vector> overUdp() {
    return Vector.of("socks5-udp");
  }

  /** One connection, seen from both ends. */
  private record Exchange(Sides sides) {

    void play() {
      if (!OtherProtocol.maySpeakSocks5(sides.client())) {
        sides.answered(requireNonNull(OtherProtocol.of(sides.client())).answer());
        return;
      }
      switch (Greeting.read(sides.client())) {
        case Decoded.Message<Greeting, MethodChoice>(Greeting greeting) -> choose(greeting);
        case Decoded.Malformed<Greeting, MethodChoice> malformed ->
            sides.answered(malformed.answer());
        case Decoded.NeedMore<Greeting, MethodChoice> unfinished -> throw new AssertionError();
      }
      assertThat(sides.server().remaining()).isZero();
    }

    private void choose(Greeting greeting) {
      MethodChoice choice = taken(MethodChoice::read, sides.server());
      if (choice.method() != null) {
        assertThat(greeting.offered()).contains(choice.method());
      }
      switch (choice) {
        case PASSWORD -> authenticate();
        case NONE -> request();
        case NONE_ACCEPTABLE -> assertThat(sides.client().remaining()).isZero();
        case GSSAPI -> throw new AssertionError("no vector has it");
      }
    }

    private void authenticate() {
      if (!sides.client().hasRemaining()) {
        return;
      }
      ByteBuffer whole = sides.client().duplicate();
      switch (Credentials.read(sides.client())) {
        case Decoded.Message<Credentials, CredentialsReply>(Credentials credentials) -> {
          assertWritten(credentials, whole);
          if (taken(CredentialsReply::read, sides.server()) == CredentialsReply.ACCEPTED) {
            request();
          }
        }
        case Decoded.Malformed<Credentials, CredentialsReply> malformed ->
            sides.answered(malformed.answer());
        case Decoded.NeedMore<Credentials, CredentialsReply> unfinished ->
            throw new AssertionError();
      }
    }

    private void request() {
      if (!sides.client().hasRemaining()) {
        return;
      }
      ByteBuffer whole = sides.client().duplicate();
      switch (Request.read(sides.client())) {
        case Decoded.Message<Request, Reply>(Request request) -> {
          assertWritten(request, whole);
          do {
            taken(Reply::read, sides.server());
          } while (sides.server().hasRemaining());
        }
        case Decoded.Malformed<Request, Reply> malformed -> sides.answered(malformed.answer());
        case Decoded.NeedMore<Request, Reply> unfinished -> throw new AssertionError();
      }
    }
  }
}
