package dev.argyle.wire.socks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.wire.Arbitrarily;
import dev.argyle.wire.Decoded;
import dev.argyle.wire.ReaderContract;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

/** Greeting, credentials, request and payload in a row, as segments of any size bring them. */
@Tag("property")
class ExchangePropertiesTest {

  private static final List<Function<ByteBuffer, ? extends Decoded<?, ?>>> READERS =
      List.of(Greeting::read, Credentials::read, Request::read);

  @Property(tries = 100)
  void cutAnywhereItDecodesAlikeAndThePayloadIsLeft(
      @ForAll("greetings") Greeting greeting,
      @ForAll("credentials") Credentials credentials,
      @ForAll("requests") Request request,
      @ForAll("payloads") byte[] payload) {
    byte[] all =
        ReaderContract.concatenated(
            greeting.octets(), credentials.octets(), request.octets(), payload);
    for (int cut = 0; cut <= all.length; cut++) {
      Receiver receiver = new Receiver(all.length);
      receiver.receive(all, 0, cut);
      receiver.receive(all, cut, all.length);
      assertThat(receiver.messages).containsExactly(greeting, credentials, request);
      assertThat(receiver.left()).isEqualTo(payload);
    }
  }

  @Property(tries = 100)
  void oneOctetAtATimeItDecodesAlike(
      @ForAll("greetings") Greeting greeting,
      @ForAll("credentials") Credentials credentials,
      @ForAll("requests") Request request,
      @ForAll("payloads") byte[] payload) {
    byte[] all =
        ReaderContract.concatenated(
            greeting.octets(), credentials.octets(), request.octets(), payload);
    Receiver receiver = new Receiver(all.length);
    for (int at = 0; at < all.length; at++) {
      receiver.receive(all, at, at + 1);
    }
    assertThat(receiver.messages).containsExactly(greeting, credentials, request);
    assertThat(receiver.left()).isEqualTo(payload);
  }

  /** Keeps what has come, and takes messages off its front as long as there are whole ones. */
  private static final class Receiver {
    private final ByteBuffer buffer;
    private final List<Object> messages = new ArrayList<>();
    private int taken; // where what is not yet decoded begins

    Receiver(int capacity) {
      buffer = ByteBuffer.allocate(capacity);
    }

    void receive(byte[] octets, int from, int to) {
      buffer.put(octets, from, to - from);
      while (messages.size() < READERS.size()) {
        ByteBuffer in = unread();
        if (!(READERS.get(messages.size()).apply(in) instanceof Decoded.Message<?, ?> message)) {
          return;
        }
        messages.add(message.value());
        taken = in.position();
      }
    }

    byte[] left() {
      byte[] left = new byte[unread().remaining()];
      unread().get(left);
      return left;
    }

    private ByteBuffer unread() {
      return buffer.duplicate().flip().position(taken);
    }
  }

  @Provide
  Arbitrary<Greeting> greetings() {
    return SocksMessages.greetings();
  }

  @Provide
  Arbitrary<Credentials> credentials() {
    return SocksMessages.credentials();
  }

  @Provide
  Arbitrary<Request> requests() {
    return SocksMessages.requests();
  }

  @Provide
  Arbitrary<byte[]> payloads() {
    return Arbitrarily.octets(0, 20);
  }
}
