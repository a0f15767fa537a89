package dev.argyle.wire.gssapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.wire.Decoded;
import dev.argyle.wire.ReaderContract;
import dev.argyle.wire.Writable;
import dev.argyle.wire.gssapi.GssapiFrame.Abort;
import dev.argyle.wire.gssapi.GssapiFrame.Purpose;
import dev.argyle.wire.gssapi.GssapiFrame.Token;
import dev.argyle.wire.socks.Greeting;
import dev.argyle.wire.socks.Method;
import dev.argyle.wire.socks.MethodChoice;
import dev.argyle.wire.socks.Reply;
import dev.argyle.wire.socks.Request;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whole exchanges of RFC 1961 as octets; what tokens hold is made up, and wrapping adds AA. */
@Tag("property")
@net.jqwik.api.Tag("property")
class GssapiExchangeTest {

  /** What one side has sent, read one message after the other. */
  private static final class Side {
    private final ByteBuffer octets;

    /** Octets, a message a line; words behind two spaces are for people. */
    Side(String lines) {
      String hex = lines.replaceAll("(?m)  .*$", "").replaceAll("\\s", "");
      octets = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    }

    /** The next message, which is written as it came. */
    <M extends Writable, A> Side says(Function<ByteBuffer, Decoded<M, A>> reader, M message) {
      int from = octets.position();
      assertThat(reader.apply(octets)).isEqualTo(new Decoded.Message<>(message));
      byte[] taken = new byte[octets.position() - from];
      octets.get(from, taken);
      assertThat(message.octets()).isEqualTo(taken);
      return this;
    }

    Side says(GssapiFrame frame) {
      return says(GssapiFrame::read, frame);
    }

    void isOver() {
      assertThat(octets.remaining()).isZero();
    }
  }

  private static Token context(String hex) {
    return new Token(Purpose.CONTEXT, HexFormat.of().parseHex(hex));
  }

  private static Token level(Protection level) {
    return new Token(Purpose.PROTECTION_LEVEL, wrapped((byte) level.code()));
  }

  private static Token sealed(Writable message) {
    return new Token(Purpose.DATA, wrapped(message.octets()));
  }

  private static byte[] wrapped(byte... plain) {
    return ReaderContract.concatenated(new byte[] {(byte) 0xAA}, plain);
  }

  private static Request request(String hex) {
    return (Request)
        ((Decoded.Message<?, ?>) Request.read(ByteBuffer.wrap(HexFormat.of().parseHex(hex))))
            .value();
  }

  private static Reply reply(String hex) {
    return (Reply)
        ((Decoded.Message<?, ?>) Reply.read(ByteBuffer.wrap(HexFormat.of().parseHex(hex)))).value();
  }

  @Test
  void aClientAgreesOnALevelAndAsksInFrames() {
    new Side(
            """
            05 02 00 01                              GSSAPI, or nothing
            01 01 0003 600102                        a first token
            01 01 0000                               a second one, empty
            01 02 0002 AA 02                         confidentiality, please
            01 03 000B AA 05 01 00 01 C0000201 0050  CONNECT 192.0.2.1:80
            01 03 0003 AA 6869                       and its payload
            """)
        .says(Greeting::read, new Greeting(Set.of(Method.NONE, Method.GSSAPI)))
        .says(context("600102"))
        .says(context(""))
        .says(level(Protection.CONFIDENTIALITY))
        .says(sealed(request("05010001C00002010050")))
        .says(new Token(Purpose.DATA, wrapped((byte) 'h', (byte) 'i')))
        .isOver();
    new Side(
            """
            05 01                                    GSSAPI it is
            01 01 0002 6F01                          a token back
            01 02 0002 AA 01                         integrity is all there is
            01 03 000B AA 05 00 00 01 C6336407 9C40  connected, from 198.51.100.7:40000
            """)
        .says(MethodChoice::read, MethodChoice.GSSAPI)
        .says(context("6F01"))
        .says(level(Protection.INTEGRITY))
        .says(sealed(reply("05000001C63364079C40")))
        .isOver();
  }

  @Test
  void aServerThatRefusesATokenAborts() {
    new Side("01 01 0001 60").says(context("60")).isOver();
    new Side("01 FF").says(new Abort()).isOver();
  }

  @Test
  void whatComesBehindAnAbortIsNotReadAsItsLength() {
    new Side("01 FF 01 01 0000").says(new Abort()).says(context("")).isOver();
  }

  /** Frames in segments of any size come out as they were, in order, and none twice. */
  @Property(tries = 200)
  void framesInAnySegmentsComeOutInOrder(@ForAll Random dice) {
    List<GssapiFrame> sent = new ArrayList<>();
    for (int i = dice.nextInt(1, 6); i > 0; i--) {
      byte[] value = new byte[dice.nextInt(8) == 0 ? dice.nextInt(3000) : dice.nextInt(20)];
      dice.nextBytes(value);
      Purpose purpose = Purpose.values()[dice.nextInt(3)];
      sent.add(dice.nextInt(10) == 0 ? new Abort() : new Token(purpose, value));
    }
    byte[] all =
        ReaderContract.concatenated(sent.stream().map(Writable::octets).toArray(byte[][]::new));

    List<GssapiFrame> received = new ArrayList<>();
    ByteBuffer in = ByteBuffer.allocate(all.length);
    int at = 0;
    while (at < all.length) {
      int segment = Math.min(dice.nextInt(1, 40), all.length - at);
      in.put(all, at, segment).flip();
      at += segment;
      while (GssapiFrame.read(in)
          instanceof Decoded.Message<GssapiFrame, Abort>(GssapiFrame frame)) {
        received.add(frame);
      }
      in.compact();
    }
    assertThat(received).isEqualTo(sent);
    assertThat(in.position()).isZero();
  }

  @Test
  void tokensAreTheSameByTheirOctetsAndShowNoneOfThem() {
    Token one = context("736563726574");
    assertThat(one).isEqualTo(context("736563726574")).hasSameHashCodeAs(context("736563726574"));
    assertThat(one).isNotEqualTo(context("736563726575"));
    assertThat(one).isNotEqualTo(new Token(Purpose.DATA, one.value()));
    assertThat(one).hasToString("Token[CONTEXT, 6 octets]");
  }
}
