package dev.argyle.wire.socks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.wire.Decoded;
import dev.argyle.wire.Vector;
import dev.argyle.wire.Writable;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** vectors.json: both sides are understood to the last octet, and written back as they were. */
class SocksVectorsTest {

  @ParameterizedTest(name = "{0}")
  @MethodSource("overTcp")
  void everyExchangeIsUnderstoodAndWrittenBack(Vector vector) {
    new Exchange(ByteBuffer.wrap(vector.client()), ByteBuffer.wrap(vector.server())).play();
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
  private record Exchange(ByteBuffer client, ByteBuffer server) {

    void play() {
      switch (Greeting.read(client)) {
        case Decoded.Message<Greeting, MethodChoice>(Greeting greeting) -> choose(greeting);
        case Decoded.Malformed<Greeting, MethodChoice> malformed -> answered(malformed.answer());
        case Decoded.NeedMore<Greeting, MethodChoice> unfinished -> throw new AssertionError();
      }
      assertThat(server.remaining()).isZero();
    }

    private void choose(Greeting greeting) {
      MethodChoice choice = taken(MethodChoice::read, server);
      if (choice.method() != null) {
        assertThat(greeting.offered()).contains(choice.method());
      }
      switch (choice) {
        case PASSWORD -> authenticate();
        case NONE -> request();
        case NONE_ACCEPTABLE -> assertThat(client.remaining()).isZero();
        case GSSAPI -> throw new AssertionError("no vector has it");
      }
    }

    private void authenticate() {
      if (!client.hasRemaining()) {
        return;
      }
      ByteBuffer whole = client.duplicate();
      switch (Credentials.read(client)) {
        case Decoded.Message<Credentials, CredentialsReply>(Credentials credentials) -> {
          assertWritten(credentials, whole);
          if (taken(CredentialsReply::read, server) == CredentialsReply.ACCEPTED) {
            request();
          }
        }
        case Decoded.Malformed<Credentials, CredentialsReply> malformed ->
            answered(malformed.answer());
        case Decoded.NeedMore<Credentials, CredentialsReply> unfinished ->
            throw new AssertionError();
      }
    }

    private void request() {
      if (!client.hasRemaining()) {
        return;
      }
      ByteBuffer whole = client.duplicate();
      switch (Request.read(client)) {
        case Decoded.Message<Request, Reply>(Request request) -> {
          assertWritten(request, whole);
          do {
            taken(Reply::read, server);
          } while (server.hasRemaining());
        }
        case Decoded.Malformed<Request, Reply> malformed -> answered(malformed.answer());
        case Decoded.NeedMore<Request, Reply> unfinished -> throw new AssertionError();
      }
    }

    /** The rest of what the server sends is this answer. */
    private void answered(@Nullable Writable answer) {
      byte[] rest = new byte[server.remaining()];
      server.get(rest);
      assertThat(rest).isEqualTo(answer == null ? new byte[0] : answer.octets());
    }
  }

  private static <M extends Writable> M taken(
      Function<ByteBuffer, Decoded<M, Void>> reader, ByteBuffer in) {
    ByteBuffer whole = in.duplicate();
    Decoded<M, Void> decoded = reader.apply(in);
    assertThat(decoded).isInstanceOf(Decoded.Message.class);
    M message = ((Decoded.Message<M, Void>) decoded).value();
    assertWritten(message, whole);
    return message;
  }

  private static void assertWritten(Writable message, ByteBuffer from) {
    byte[] expected = new byte[message.length()];
    from.get(expected);
    assertThat(HexFormat.of().formatHex(message.octets()))
        .isEqualTo(HexFormat.of().formatHex(expected));
  }
}
