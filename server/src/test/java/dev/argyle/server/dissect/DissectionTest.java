package dev.argyle.server.dissect;

import static dev.argyle.server.dissect.Conversation.accepted;
import static dev.argyle.server.dissect.Conversation.base64;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.wire.TextProtocol;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("play")
class DissectionTest {

  private static Conversation pop3() {
    return new Conversation()
        .server("+OK ready")
        .client("USER ana")
        .server("+OK")
        .client("PASS pw")
        .server("+OK");
  }

  @Test
  void protocolThatIsNotWantedIsGivenUp() {
    Conversation.Outcome outcome =
        pop3().play(EnumSet.complementOf(EnumSet.of(TextProtocol.POP3)), left -> left);
    assertThat(outcome.logins()).isEmpty();
    assertThat(outcome.wantsMore()).isFalse();
    assertThat(pop3().play(Set.of(TextProtocol.POP3), left -> left).logins())
        .containsExactly(accepted("POP3", "ana", "pw"));
  }

  @Test
  void tlsFromTheFirstOctetIsGivenUpAtIt() {
    byte[] hello = {0x16, 3, 1, 2, 0, 1, 0, 1};
    assertThat(new Conversation().raw(true, hello).play().wantsMore()).isFalse();
    assertThat(
            new Conversation()
                .client("GET / HTTP/1.1\r\n")
                .server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n")
                .raw(true, hello)
                .play()
                .wantsMore())
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SSH-2.0-OpenSSH_9.2\r\n", "-ERR busy\r\n", "\0\0", "421 no\r\n", "2"})
  void greetingThatNoDissectorKnowsIsGivenUp(String greeting) {
    boolean wantsMore = new Conversation().raw(false, greeting).play().wantsMore();
    assertThat(wantsMore).isEqualTo(greeting.equals("2"));
  }

  @Test
  void commandThatNeitherSmtpNorFtpBeginsWithIsGivenUp() {
    Conversation greeted = new Conversation().server("220 hello").client("NOOP");
    assertThat(greeted.play().wantsMore()).isTrue();
    assertThat(greeted.client("GET / HTTP/1.1").play().wantsMore()).isFalse();
  }

  @Test
  void clientThatNeverMakesItselfKnownIsGivenUpAtTheBound() {
    String word = "a".repeat(Recognition.OCTETS_AT_MOST - 1);
    assertThat(new Conversation().raw(true, word).play().wantsMore()).isTrue();
    assertThat(new Conversation().raw(true, word + "a").play().wantsMore()).isFalse();
  }

  @Test
  void connectionIsLookedAtUpToTheBoundOfOctets() {
    int head = "+OK\r\nUSER a\r\n".length();
    String line = "x".repeat(Dissection.OCTETS_AT_MOST - head - "\r\n".length() - 1);
    Conversation upTo = new Conversation().server("+OK").client("USER a").client(line);
    assertThat(upTo.play().wantsMore()).isTrue();
    assertThat(upTo.raw(true, "x").play().wantsMore()).isFalse();
  }

  @Test
  void loginsAreToldUpToTheirBound() {
    Conversation conversation = new Conversation().server("+OK");
    for (int i = 0; i < Dissection.LOGINS_AT_MOST + 1; i++) {
      conversation.client("USER ana\r\nPASS " + i).server("+OK\r\n-ERR");
    }
    Conversation.Outcome outcome = conversation.play();
    assertThat(outcome.logins()).hasSize(Dissection.LOGINS_AT_MOST);
    assertThat(outcome.wantsMore()).isFalse();
  }

  @Test
  void toStringShowsNoPassword() {
    assertThat(accepted("POP3", "ana", "secret").toString()).doesNotContain("secret");
  }

  @Test
  void bufferWithoutAnArrayWillDo() {
    List<Credential> logins = new ArrayList<>();
    Dissection dissection = new Dissection(EnumSet.allOf(TextProtocol.class), logins::add);
    for (Conversation.Step step : pop3().steps()) {
      ByteBuffer direct = ByteBuffer.allocateDirect(64).put(step.octets()).flip();
      dissection.take(step.fromClient(), direct);
    }
    assertThat(logins).containsExactly(accepted("POP3", "ana", "pw"));
  }

  @Test
  void namesThatAreNotUtf8LoseNothing() {
    assertThat(
            new Conversation()
                .server("+OK")
                .client("USER an\u00e4\r\nPASS \u00ff")
                .server("+OK\r\n+OK")
                .logins())
        .containsExactly(accepted("POP3", "an\u00e4", "\u00ff"));
    assertThat(base64("x")).isNotEmpty();
  }
}
