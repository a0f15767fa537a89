package dev.argyle.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.session.Handshake.Action;
import dev.argyle.server.session.Handshake.State;
import dev.argyle.server.session.gssapi.Initiator;
import dev.argyle.server.session.gssapi.Negotiation;
import dev.argyle.server.session.gssapi.Sealing;
import dev.argyle.server.session.gssapi.TransparentSeal;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.wire.Decoded;
import dev.argyle.wire.Writable;
import dev.argyle.wire.gssapi.GssapiFrame.Abort;
import dev.argyle.wire.gssapi.GssapiFrame.Purpose;
import dev.argyle.wire.gssapi.GssapiFrame.Token;
import dev.argyle.wire.gssapi.Protection;
import dev.argyle.wire.socks.Method;
import dev.argyle.wire.socks.ReplyCode;
import dev.argyle.wire.socks.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Plays of RFC 1961, with tokens of a real KDC. */
@Tag("play")
class GssapiPlayTest {

  private static final byte[] CONNECT = hex("05 01 00 01 C0 00 02 01 00 50");
  private static final byte[] PAYLOAD = "GET".getBytes(StandardCharsets.US_ASCII);

  private final Handshake handshake = new Handshake(List.of(Method.GSSAPI, Method.PASSWORD));
  private Negotiation negotiation = negotiation();
  private byte[] kept = {};
  private @Nullable Writable answer;
  private @Nullable Request served;
  private String ended = "";

  GssapiPlayTest() throws IOException {}

  @BeforeEach
  void greet() {
    client(1, hex("05 01 01"));
    assertThat(answer().octets()).isEqualTo(hex("05 01"));
  }

  private static Negotiation negotiation(Protection... levels) throws IOException {
    return Initiator.service(
            false, levels.length == 0 ? new Protection[] {Protection.CONFIDENTIALITY} : levels)
        .negotiation();
  }

  private static byte[] hex(String text) {
    return HexFormat.ofDelimiter(" ").parseHex(text);
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private Writable answer() {
    Writable said = Objects.requireNonNull(answer, ended);
    answer = null;
    return said;
  }

  /** Octets of the client, in pieces of that size. */
  private void client(int pieces, byte[] octets) {
    for (int from = 0; from < octets.length; from += pieces) {
      int length = Math.min(pieces, octets.length - from);
      ByteBuffer in = ByteBuffer.allocate(kept.length + length);
      in.put(kept).put(octets, from, length).flip();
      Action action = handshake.next(in);
      while (action != null) {
        action = act(action);
        action = action == null ? handshake.next(in) : action;
      }
      kept = new byte[in.remaining()];
      in.get(kept);
    }
  }

  private @Nullable Action act(Action action) {
    switch (action) {
      case Action.Answer(Writable message) -> answer = message;
      case Action.Negotiate(Token token) -> {
        return handshake.negotiated(negotiation.next(token));
      }
      case Action.Serve(Request request) -> served = request;
      case Action.Reject(ReplyCode code, String _) -> ended = "reject " + code;
      case Action.Refuse(Writable refusal, boolean _, EndReason why, String _) ->
          ended = HexFormat.of().formatHex(refusal.octets()) + " " + why;
      case Action.Hang(EndReason why, String _) -> ended = "hang " + why;
      case Action.Verify verify -> throw new AssertionError(verify);
    }
    return null;
  }

  /** Plays up to a granted level. */
  private Initiator agreed(int pieces, int level) throws Exception {
    Initiator initiator = Initiator.of("ana");
    client(pieces, initiator.begin().octets());
    initiator.take((Token) answer());
    client(pieces, initiator.level(level).octets());
    assertThat(initiator.unwrap(((Token) answer()).value())).containsExactly(level);
    return initiator;
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "3, 7", "100000, 100000", "100000, 5", "2, 100000"})
  void cutAnywhereTheRequestIsServedAndThePayloadBehindItIsKept(int pieces, int perFrame)
      throws Exception {
    Initiator client = agreed(pieces, 2);
    byte[] plain = joined(CONNECT, PAYLOAD);
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    for (int from = 0; from < plain.length; from += perFrame) {
      int to = Math.min(plain.length, from + perFrame);
      frames.writeBytes(client.data(Arrays.copyOfRange(plain, from, to)).octets());
    }
    client(pieces, frames.toByteArray());
    assertThat(served).isInstanceOf(Request.Connect.class);
    Sealing sealing = Objects.requireNonNull(handshake.sealing());
    byte[] got = sealing.payload();
    ByteBuffer rest = ByteBuffer.wrap(kept);
    while (sealing.frames().next(rest)
        instanceof Decoded.Message<?, ?>(Token(Purpose _, byte[] token))) {
      got = joined(got, sealing.seal().unwrap(token));
    }
    assertThat(got).isEqualTo(PAYLOAD);
    assertThat(sealing.frames().isInside()).isFalse();
  }

  @Test
  void everythingMayBeSentAtOnceThatNeedsNoAnswer() throws Exception {
    Initiator client = Initiator.of("ana");
    client(100_000, client.begin().octets());
    client.take((Token) answer());
    client(100_000, joined(client.level(2).octets(), client.data(CONNECT).octets(), PAYLOAD));
    assertThat(served).isNotNull();
    assertThat(kept).isEqualTo(PAYLOAD);
  }

  @Test
  void withoutProtectionTheRequestIsAnOrdinaryOne() throws Exception {
    negotiation = negotiation(Protection.NONE);
    agreed(1, 0);
    client(1, joined(CONNECT, PAYLOAD));
    assertThat(served).isNotNull();
    assertThat(handshake.sealing()).isNull();
    assertThat(kept).isEqualTo(PAYLOAD);
  }

  @Test
  void requestOfAnUnknownCommandIsRejectedAsAnyOther() throws Exception {
    Initiator client = agreed(100, 2);
    client(1, client.data(hex("05 09 00 01 C0 00 02 01 00 50")).octets());
    assertThat(ended).isEqualTo("reject COMMAND_NOT_SUPPORTED");
    assertThat(handshake.sealing()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void abortEndsItInEachState(int state) throws Exception {
    Initiator client = state == 2 ? agreed(100, 2) : Initiator.of("ana");
    if (state == 1) {
      client(100, client.begin().octets());
    }
    client(1, new Abort().octets());
    assertThat(ended).isEqualTo("hang ABORTED");
    assertThat(handshake.state()).isEqualTo(State.DONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"05 01 00", "01 04", "01 00", "00"})
  void whatIsNoFrameIsAnsweredWithAnAbortInEachState(String octets) throws Exception {
    client(1, hex(octets));
    assertThat(ended).isEqualTo("01ff PROTOCOL_ERROR");
  }

  @Test
  void bareRequestBehindASealIsRefused() throws Exception {
    agreed(100, 2);
    client(1, CONNECT);
    assertThat(ended).isEqualTo("01ff PROTOCOL_ERROR");
    assertThat(served).isNull();
  }

  @Test
  void forgedRequestIsRefused() throws Exception {
    Initiator client = agreed(100, 2);
    byte[] frame = client.data(CONNECT).octets();
    frame[frame.length - 1] ^= 1;
    client(100, frame);
    assertThat(ended).isEqualTo("01ff SEAL_BROKEN");
  }

  @Test
  void framesWithoutARequestAreRefusedAtTheirBound() throws Exception {
    Initiator client = agreed(100, 2);
    for (int i = 0; i < Handshake.MAX_REQUEST_FRAMES - 1; i++) {
      client(100_000, client.data(new byte[0]).octets());
    }
    assertThat(ended).isEmpty();
    assertThat(handshake.state()).isEqualTo(State.SEALED_REQUEST);
    client(100_000, joined(client.data(new byte[0]).octets(), client.data(CONNECT).octets()));
    assertThat(ended).isEqualTo("01ff SEAL_BROKEN");
  }

  @Test
  void octetsOfTokensWithoutARequestAreRefusedAtTheirBound() throws Exception {
    for (int beyond = 0; beyond <= 1; beyond++) {
      Handshake request = sealedWithTokensOf(Handshake.MAX_REQUEST_TOKEN_OCTETS + beyond);
      Action action = request.next(data(TransparentSeal.token(CONNECT)));
      if (beyond == 0) {
        assertThat(action).isInstanceOf(Action.Serve.class);
      } else {
        assertThat(action)
            .isInstanceOfSatisfying(
                Action.Refuse.class, end -> assertThat(end.why()).isEqualTo(EndReason.SEAL_BROKEN));
      }
    }
  }

  private static ByteBuffer data(byte[] token) {
    return ByteBuffer.wrap(new Token(Purpose.DATA, token).octets());
  }

  /** At its request, for which so many octets of tokens came that hold nothing. */
  private static Handshake sealedWithTokensOf(int octets) {
    Handshake request = new Handshake(List.of(Method.GSSAPI));
    request.next(ByteBuffer.wrap(hex("05 01 01")));
    request.next(ByteBuffer.wrap(new Token(Purpose.CONTEXT, new byte[1]).octets()));
    Token level = new Token(Purpose.PROTECTION_LEVEL, new byte[1]);
    request.negotiated(new Negotiation.Step.Agreed(level, "ana", "ana@R", TransparentSeal.make()));
    assertThat(request.next(data(TransparentSeal.empty(octets - 1000)))).isNull();
    assertThat(request.next(data(TransparentSeal.empty(1000)))).isNull();
    return request;
  }

  @Test
  void secondLevelMessageIsRefused() throws Exception {
    Initiator client = agreed(100, 2);
    client(100, client.level(1).octets());
    assertThat(ended).isEqualTo("01ff SEAL_BROKEN");
  }

  @Test
  void tokenThatMakesNoSenseIsAnsweredWithAnAbort() {
    client(1, new Token(Purpose.CONTEXT, new byte[3]).octets());
    assertThat(ended).isEqualTo("01ff AUTHENTICATION_FAILED");
  }
}
