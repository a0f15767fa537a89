package dev.argyle.client;

import static dev.argyle.client.ScriptedServer.octets;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.client.Handshake.Action;
import dev.argyle.client.SocksException.Reason;
import dev.argyle.wire.Destination;
import dev.argyle.wire.Host;
import dev.argyle.wire.socks.ReplyCode;
import dev.argyle.wire.socks.Request;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("play")
class HandshakeTest {

  private static final Destination PLACE = new Destination(new Host.Name("a.example"), 80);
  private static final Request CONNECT = new Request.Connect(PLACE);
  private static final Request BIND = new Request.Bind(PLACE);
  private static final Credentials ANA = Credentials.password("ana", "secret".toCharArray());

  /** What the client says, and its end, when the server says this, in pieces of so many octets. */
  private record Play(List<String> said, Action end, String left) {}

  private static Play play(Credentials who, Request request, String server, int piece) {
    Handshake handshake = new Handshake(who, request);
    byte[] all = octets(server);
    ByteBuffer in = ByteBuffer.wrap(all).limit(0);
    List<String> said = new ArrayList<>();
    while (true) {
      Action action = handshake.next(in);
      switch (action) {
        case Action.Send(var message) -> said.add(ScriptedServer.shown(message.octets()));
        case Action.Answered _ when handshake.state() == Handshake.State.SECOND_REPLY ->
            said.add("bound");
        case Action.Answered answered -> {
          return new Play(said, answered, rest(all, in));
        }
        case Action.Failed failed -> {
          return new Play(said, failed, rest(all, in));
        }
        case null -> {
          int wanted = handshake.wanted(in);
          assertThat(wanted).isPositive();
          if (in.limit() == all.length) {
            return new Play(said, handshake.ended(in), rest(all, in));
          }
          in.limit(Math.min(all.length, in.limit() + Math.min(piece, wanted)));
        }
      }
    }
  }

  private static String rest(byte[] all, ByteBuffer in) {
    return ScriptedServer.shown(Arrays.copyOfRange(all, in.limit(), all.length));
  }

  private static @Nullable Reason refused(Credentials who, Request request, String server) {
    return play(who, request, server, 1).end() instanceof Action.Failed(Reason reason)
        ? reason
        : null;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 300})
  void whatFollowsTheReplyIsNeverAskedFor(int piece) {
    Play play = play(ANA, CONNECT, "05 02 01 00 05 00 00 01 7F 00 00 01 00 50 48 49", piece);
    assertThat(play.said())
        .containsExactly(
            "05 02 00 02",
            "01 03 61 6E 61 06 73 65 63 72 65 74",
            "05 01 00 03 09 61 2E 65 78 61 6D 70 6C 65 00 50");
    assertThat(play.end()).isInstanceOf(Action.Answered.class);
    assertThat(play.left()).isEqualTo("48 49");
  }

  @ParameterizedTest
  @CsvSource({
    "05 00 05 00 00 03 01 61 00 50, 0",
    "05 00 05 00 00 03 05 61 62 63 64 65 00 50, 0",
    "05 00 05 00 00 04 20010DB8000000000000000000000001 00 50, 0"
  })
  void anyAddressTypeOfTheReplyIsTakenWholeAndNoMore(String server, int left) {
    for (int piece = 1; piece < 30; piece++) {
      Play play = play(Credentials.none(), CONNECT, server + "AABB", piece);
      assertThat(play.said().getFirst()).isEqualTo("05 01 00");
      assertThat(play.end()).isInstanceOf(Action.Answered.class);
      assertThat(play.left()).isEqualTo("AA BB");
    }
  }

  @Test
  void bindHasTwoReplies() {
    Play play =
        play(
            Credentials.none(),
            BIND,
            "05 00 05 00 00 01 C0 00 02 01 9C 40 05 00 00 01 C6 33 64 07 00 14 AA",
            300);
    assertThat(play.said())
        .containsExactly("05 01 00", "05 02 00 03 09 61 2E 65 78 61 6D 70 6C 65 00 50", "bound");
    assertThat(play.end()).isInstanceOf(Action.Answered.class);
    assertThat(play.left()).isEqualTo("AA");
  }

  @Test
  void theSecondReplyOfBindMayRefuse() {
    assertThat(refused(Credentials.none(), BIND, "05 00 05 00 00 01 C0 00 02 01 9C 40 05 06 00 01"))
        .isEqualTo(new Reason.Refused(ReplyCode.TTL_EXPIRED));
  }

  @ParameterizedTest
  @EnumSource(value = ReplyCode.class, mode = EnumSource.Mode.EXCLUDE, names = "SUCCEEDED")
  void refusalIsKnownByItsCodeAlone(ReplyCode code) {
    String start = "05 00 05 0" + code.code();
    for (String rest : List.of("", "00 01 00 00 00 00 00 00", "00 00", "FF", "00 01 00")) {
      assertThat(refused(Credentials.none(), CONNECT, start + rest))
          .isEqualTo(new Reason.Refused(code));
    }
    assertThat(new Reason.Refused(code).words()).contains("(REP 0" + code.code() + ")");
  }

  @Test
  void wrongCredentialsAreRefusedWhateverTheStatusIs() {
    assertThat(refused(ANA, CONNECT, "05 02 01 01")).isEqualTo(new Reason.AuthenticationRefused());
    assertThat(refused(ANA, CONNECT, "05 02 01 FF")).isEqualTo(new Reason.AuthenticationRefused());
  }

  @Test
  void serverWithoutAnAcceptableMethod() {
    assertThat(refused(ANA, CONNECT, "05 FF")).isEqualTo(new Reason.NoAcceptableMethod());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "04", // not SOCKS 5
        "48 54 54 50", // HTTP
        "05 02", // passwords were not offered
        "05 01", // nor was GSS-API
        "05 80", // nor anything private
        "05 00 04", // another version in the reply
        "05 00 05 09", // no such REP
        "05 00 05 00 01", // RSV
        "05 00 05 00 00 02 00", // no such ATYP
        "05 00 05 00 00 03 00" // a name without octets
      })
  void serverThatDoesNotSpeakSocks5IsAProtocolViolation(String server) {
    assertThat(refused(Credentials.none(), CONNECT, server))
        .isInstanceOf(Reason.ProtocolViolation.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "05", "05 00", "05 00 05 00 00 01 7F 00 00 01 00"})
  void unfinishedAnswerIsTheServersEarlyClose(String server) {
    assertThat(refused(Credentials.none(), CONNECT, server)).isEqualTo(new Reason.ClosedByServer());
  }

  @Test
  void credentialsHaveOneTo255OctetsAndAreNeverShown() {
    assertThat(Credentials.password("u".repeat(255), new char[255])).isNotNull();
    assertThatThrownBy(() -> Credentials.password("", "hidden".toCharArray()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("hidden");
    assertThatThrownBy(() -> Credentials.password("ana", "x".repeat(256).toCharArray()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("xx");
    assertThat(ANA.toString()).doesNotContain("ana").doesNotContain("secret");
  }
}
