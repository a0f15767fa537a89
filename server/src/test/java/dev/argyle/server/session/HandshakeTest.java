package dev.argyle.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.session.Handshake.Action;
import dev.argyle.server.session.Handshake.State;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.wire.Writable;
import dev.argyle.wire.socks.CredentialsReply;
import dev.argyle.wire.socks.Method;
import dev.argyle.wire.socks.ReplyCode;
import dev.argyle.wire.socks.Request;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Plays: octets of a client, and what is done about them. */
@Tag("play")
class HandshakeTest {

  private static final String GREETING_NONE = "05 01 00";
  private static final String GREETING_PASSWORD = "05 01 02";
  private static final String CREDENTIALS = "01 03 61 6E 61 02 70 77";
  private static final String CONNECT = "05 01 00 01 C0 00 02 01 00 50";
  private static final String PAYLOAD = "47 45 54";

  /** What a play came to. */
  private record Played(List<String> said, @Nullable Request served, String left, State state) {}

  private static byte[] octets(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private static String hex(byte[] octets) {
    return HexFormat.of().formatHex(octets);
  }

  /** Feeds the segments one after the other; what a segment leaves is put before the next. */
  private static Played play(List<Method> methods, boolean rightPassword, byte[]... segments) {
    Handshake handshake = new Handshake(methods);
    List<String> said = new ArrayList<>();
    Request served = null;
    byte[] kept = {};
    for (byte[] segment : segments) {
      ByteBuffer in = ByteBuffer.allocate(kept.length + segment.length);
      in.put(kept).put(segment).flip();
      Action action = handshake.next(in);
      while (action != null) {
        switch (action) {
          case Action.Answer(Writable message) -> said.add(hex(message.octets()));
          case Action.Verify verify -> {
            assertThat(handshake.next(in)).as("an answer of ours is due first").isNull();
            action = handshake.judged(rightPassword);
            continue;
          }
          case Action.Negotiate negotiate -> throw new AssertionError(negotiate);
          case Action.Serve(Request request) -> served = request;
          case Action.Reject(ReplyCode code, String words) -> said.add("reject " + code);
          case Action.Refuse(Writable answer, boolean patient, EndReason why, String words) ->
              said.add(hex(answer.octets()) + " " + why);
          case Action.Hang(EndReason why, String words) -> said.add("hang " + why);
        }
        action = handshake.next(in);
      }
      kept = new byte[in.remaining()];
      in.get(kept);
    }
    return new Played(said, served, hex(kept), handshake.state());
  }

  private static final String GREETING_BOTH = "05 02 00 02";
  private static final String NAME_ALONE = "01 04 6A 61 76 61 00";

  static IntStream everyCutOfANameAlone() {
    return IntStream.rangeClosed(0, octets(GREETING_BOTH + NAME_ALONE + CONNECT + PAYLOAD).length);
  }

  /** Java's own client sends this where it has no credentials. */
  @ParameterizedTest(name = "cut after octet {0}")
  @MethodSource("everyCutOfANameAlone")
  void emptyPasswordOfWhoOfferedNoneIsNobodyWhereverItIsCut(int at) {
    byte[] all = octets(GREETING_BOTH + NAME_ALONE + CONNECT + PAYLOAD);
    Played played = play(List.of(Method.PASSWORD, Method.NONE), false, cut(all, at));
    assertThat(played.said()).containsExactly("0502", "0100");
    assertThat(played.served()).isNotNull();
    assertThat(played.left()).isEqualTo("474554");
  }

  @ParameterizedTest
  @CsvSource({
    "05 01 02, PASSWORD NONE", // it has not offered NO AUTHENTICATION
    "05 02 00 02, PASSWORD" // it would not do
  })
  void emptyPasswordIsAFailureElse(String greeting, String methods) {
    List<Method> offered = Stream.of(methods.split(" ")).map(Method::valueOf).toList();
    Played played = play(offered, true, octets(greeting + NAME_ALONE + CONNECT));
    assertThat(played.said()).containsExactly("0502", "0101 PROTOCOL_ERROR");
    assertThat(played.served()).isNull();
  }

  @Test
  void emptyNameIsAFailureThoughNoneWouldDo() {
    Played played =
        play(List.of(Method.PASSWORD, Method.NONE), true, octets(GREETING_BOTH + "01 00 00"));
    assertThat(played.said()).containsExactly("0502", "0101 PROTOCOL_ERROR");
  }

  @ParameterizedTest
  @CsvSource({
    "05 02 00 02, PASSWORD NONE, NONE",
    "05 01 02, PASSWORD NONE, PASSWORD", // it wants to log in
    "05 01 00, PASSWORD NONE, NONE",
    "05 02 00 02, PASSWORD, PASSWORD", // nobody is let in without a login
    "05 03 00 01 02, GSSAPI PASSWORD NONE, GSSAPI" // a ticket is no password
  })
  void whereNobodyHasAPasswordNoneGoesBeforeIt(String greeting, String methods, Method chosen) {
    List<Method> offered = Stream.of(methods.split(" ")).map(Method::valueOf).toList();
    Handshake handshake = new Handshake(offered, true, false);
    handshake.next(ByteBuffer.wrap(octets(greeting)));
    assertThat(handshake.chosen()).isEqualTo(chosen);
  }

  private static final byte[] NONE_EXCHANGE = octets(GREETING_NONE + CONNECT + PAYLOAD);
  private static final byte[] PASSWORD_EXCHANGE =
      octets(GREETING_PASSWORD + CREDENTIALS + CONNECT + PAYLOAD);

  static IntStream everyCutOfPassword() {
    return IntStream.rangeClosed(0, PASSWORD_EXCHANGE.length);
  }

  private static byte[][] cut(byte[] all, int at) {
    return new byte[][] {
      java.util.Arrays.copyOf(all, at), java.util.Arrays.copyOfRange(all, at, all.length)
    };
  }

  @ParameterizedTest(name = "cut after octet {0}")
  @MethodSource("everyCutOfPassword")
  void payloadBehindTheRequestStaysWhereverTheSegmentIsCut(int at) {
    Played played = play(List.of(Method.PASSWORD), true, cut(PASSWORD_EXCHANGE, at));
    assertThat(played.said()).containsExactly("0502", "0100");
    assertThat(played.served()).isNotNull();
    assertThat(played.left()).isEqualTo("474554");
    assertThat(played.state()).isEqualTo(State.DONE);
  }

  @Test
  void oneOctetAtATimeIsTheSameExchange() {
    for (byte[] exchange : List.of(NONE_EXCHANGE, PASSWORD_EXCHANGE)) {
      byte[][] single = new byte[exchange.length][];
      for (int i = 0; i < exchange.length; i++) {
        single[i] = new byte[] {exchange[i]};
      }
      Played slowly = play(List.of(Method.PASSWORD, Method.NONE), true, single);
      Played atOnce = play(List.of(Method.PASSWORD, Method.NONE), true, exchange);
      assertThat(slowly).isEqualTo(atOnce);
      assertThat(slowly.left()).isEqualTo("474554");
    }
  }

  static Stream<Arguments> methodsCommandsAndVerdicts() {
    List<List<Method>> configured =
        List.of(
            List.of(Method.NONE),
            List.of(Method.PASSWORD),
            List.of(Method.PASSWORD, Method.NONE),
            List.of(Method.NONE, Method.PASSWORD));
    List<String> offers = List.of("05 01 00", "05 01 02", "05 02 00 02", "05 01 01", "05 01 7F");
    List<Arguments> all = new ArrayList<>();
    for (List<Method> methods : configured) {
      for (String offer : offers) {
        for (int command = 0; command <= 4; command++) {
          for (boolean right : new boolean[] {true, false}) {
            all.add(Arguments.of(methods, offer, command, right));
          }
        }
      }
    }
    return all.stream();
  }

  /** CVE-2024-54662: which method was chosen must never open what the other would have closed. */
  @ParameterizedTest(name = "{0} configured, {1} offered, command {2}, password right: {3}")
  @MethodSource("methodsCommandsAndVerdicts")
  void nobodyIsServedButByTheMethodThatWasChosenAndPassed(
      List<Method> methods, String offer, int command, boolean right) {
    List<Method> offered = new ArrayList<>();
    for (byte code : octets(offer.substring(5))) {
      for (Method method : Method.values()) {
        if (method.code() == code) {
          offered.add(method);
        }
      }
    }
    Method expected = methods.stream().filter(offered::contains).findFirst().orElse(null);
    String request = "05 0" + command + CONNECT.substring(5);
    String behind = expected == Method.PASSWORD ? CREDENTIALS + request : request;
    Played played = play(methods, right, octets(offer + behind));

    if (expected == null) {
      assertThat(played.said()).containsExactly("05ff NO_ACCEPTABLE_METHOD");
    } else if (expected == Method.PASSWORD && !right) {
      assertThat(played.said()).containsExactly("0502", "0101 AUTHENTICATION_FAILED");
    } else if (command < 1 || command > 3) {
      assertThat(played.said()).endsWith("reject COMMAND_NOT_SUPPORTED");
    } else {
      assertThat(played.served()).isNotNull();
      return;
    }
    assertThat(played.served()).as("served").isNull();
  }

  @Test
  void nothingIsAcceptedAfterNoAcceptableMethod() {
    Played played =
        play(
            List.of(Method.PASSWORD),
            true,
            octets(GREETING_NONE),
            PASSWORD_EXCHANGE,
            NONE_EXCHANGE);
    assertThat(played.said()).containsExactly("05ff NO_ACCEPTABLE_METHOD");
    assertThat(played.served()).isNull();
  }

  @Test
  void aRequestInPlaceOfThePasswordIsNoWayIn() {
    Played played = play(List.of(Method.PASSWORD), true, octets(GREETING_PASSWORD + CONNECT));
    assertThat(played.said()).containsExactly("0502", "0101 PROTOCOL_ERROR");
    assertThat(played.served()).isNull();
  }

  @Test
  void nothingIsAcceptedAfterAWrongPassword() {
    Played played =
        play(
            List.of(Method.PASSWORD),
            false,
            octets(GREETING_PASSWORD + CREDENTIALS),
            octets(CREDENTIALS + CONNECT));
    assertThat(played.said()).containsExactly("0502", "0101 AUTHENTICATION_FAILED");
    assertThat(played.served()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "04 01 00 50 C0 00 02 01 00, 005b000000000000 PROTOCOL_ERROR",
    "04, 005b000000000000 PROTOCOL_ERROR",
    "16 03 01 00 05, hang PROTOCOL_ERROR",
    "53 53 48 2D, hang PROTOCOL_ERROR",
    "00, hang PROTOCOL_ERROR",
    "05 00, 05ff PROTOCOL_ERROR",
  })
  void whoDoesNotSpeakSocks5IsRefusedAsSocks4SaysItOrGetsNothingToSee(String octets, String said) {
    assertThat(play(List.of(Method.NONE), true, octets(octets)).said()).containsExactly(said);
  }

  @ParameterizedTest
  @CsvSource({
    "05 F0 00 03, COMMAND_NOT_SUPPORTED",
    "05 01 00 02, ADDRESS_TYPE_NOT_SUPPORTED",
    "05 01 01 01, GENERAL_FAILURE",
    "04 01 00 01, GENERAL_FAILURE",
    "05 01 00 03 00, GENERAL_FAILURE",
  })
  void aRequestThatCannotBeServedIsRejectedWithTheReplyForIt(String request, ReplyCode code) {
    assertThat(play(List.of(Method.NONE), true, octets(GREETING_NONE + request)).said())
        .containsExactly("0500", "reject " + code);
  }

  @Test
  void theChosenMethodIsTheServersPreferenceNotTheClients() {
    assertThat(play(List.of(Method.NONE, Method.PASSWORD), true, octets("05 02 02 00")).said())
        .containsExactly("0500");
    assertThat(CredentialsReply.REFUSED.octets()).containsExactly(1, 1);
  }
}
