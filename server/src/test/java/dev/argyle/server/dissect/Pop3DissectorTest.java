package dev.argyle.server.dissect;

import static dev.argyle.server.dissect.Conversation.accepted;
import static dev.argyle.server.dissect.Conversation.base64;
import static dev.argyle.server.dissect.Conversation.refused;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("play")
class Pop3DissectorTest {

  private static Conversation greeted() {
    return new Conversation().server("+OK Dovecot (Debian) ready. <123.456@mail.example>");
  }

  @Test
  void nameAndPasswordAreFoundWhenTheServerSaysYesAndThenNoMoreIsWanted() {
    Conversation.Outcome outcome =
        greeted()
            .client("CAPA")
            .server("+OK\r\nCAPA\r\nTOP\r\n-ERR is no answer in here\r\nUSER\r\n.")
            .client("USER ana")
            .server("+OK")
            .client("PASS two  words ")
            .server("+OK Logged in.")
            .client("STAT")
            .play();
    assertThat(outcome.logins()).containsExactly(accepted("POP3", "ana", "two  words "));
    assertThat(outcome.stepsTaken()).isEqualTo(7);
  }

  @Test
  void passwordThatTheServerRefusesIsNotMarkedAndTheNextOneIsWatched() {
    assertThat(
            greeted()
                .client("user ana\r\npass wrong\r\nUSER ana\r\nPASS right\r\nSTAT")
                .server("+OK\r\n-ERR [AUTH] Authentication failed.\r\n+OK\r\n+OK\r\n+OK 0 0")
                .logins())
        .containsExactly(refused("POP3", "ana", "wrong"), accepted("POP3", "ana", "right"));
  }

  @Test
  void apopIsNamedAsSuchForItShowsADigest() {
    assertThat(
            greeted()
                .client("APOP mr ose c4c9334bac560ecc979e58001b3e22fb")
                .server("+OK maildrop has 1 message")
                .logins())
        .containsExactly(accepted("APOP", "mr ose", "c4c9334bac560ecc979e58001b3e22fb"));
  }

  @Test
  void authPlainWithItsResponseAtOnceAndLater() {
    assertThat(greeted().client("AUTH PLAIN " + base64("\0ana\0pw")).server("+OK in").logins())
        .containsExactly(accepted("POP3", "ana", "pw"));
    assertThat(
            greeted()
                .client("AUTH")
                .server("+OK\r\nPLAIN\r\nLOGIN\r\n.")
                .client("AUTH PLAIN")
                .server("+ ")
                .client(base64("boss\0ana\0pässword"))
                .server("+OK in")
                .logins())
        .containsExactly(accepted("POP3", "ana", "pässword"));
  }

  @Test
  void authLoginAsksTwice() {
    assertThat(
            greeted()
                .client("AUTH LOGIN")
                .server("+ VXNlcm5hbWU6")
                .client(base64("ana"))
                .server("+ UGFzc3dvcmQ6")
                .client(base64("pw"))
                .server("-ERR no")
                .client("AUTH LOGIN " + base64("ana"))
                .server("+ UGFzc3dvcmQ6")
                .client(base64("pw2"))
                .server("+OK")
                .logins())
        .containsExactly(refused("POP3", "ana", "pw"), accepted("POP3", "ana", "pw2"));
  }

  @Test
  void mechanismThatTheServerDoesNotHaveLeavesTheClientAtItsCommands() {
    assertThat(
            greeted()
                .client("AUTH CRAM-MD5")
                .server("-ERR unsupported")
                .client("USER ana\r\nPASS pw")
                .server("+OK\r\n+OK")
                .logins())
        .containsExactly(accepted("POP3", "ana", "pw"));
  }

  @Test
  void responseThatIsNotBase64IsNoLogin() {
    Conversation.Outcome outcome =
        greeted()
            .client("AUTH PLAIN")
            .server("+ ")
            .client("*")
            .server("-ERR aborted")
            .client("AUTH PLAIN !!!!")
            .server("-ERR nonsense")
            .client("AUTH PLAIN " + base64("no zeroes"))
            .server("-ERR nonsense")
            .play();
    assertThat(outcome.logins()).isEmpty();
    assertThat(outcome.wantsMore()).isTrue();
  }

  @Test
  void stlsThatIsAcceptedHandsOver() {
    Conversation.Outcome outcome =
        greeted().client("STLS").server("+OK begin").client("USER ana\r\nPASS pw").play();
    assertThat(outcome.stepsTaken()).isEqualTo(3);
    assertThat(
            greeted().client("STLS").server("-ERR").client("USER a\r\nPASS b").play().wantsMore())
        .isTrue();
  }

  @Test
  void clientThatDoesNotWaitForTheGreetingIsFollowed() {
    assertThat(
            new Conversation()
                .client("USER ana\r\nPASS pw")
                .server("+OK ready\r\n+OK\r\n+OK")
                .logins())
        .containsExactly(accepted("POP3", "ana", "pw"));
  }

  @Test
  void commandsWithoutAnswerAreFollowedUpToTheirBound() {
    String before = "NOOP\r\n".repeat(Answers.DUE_AT_MOST - 3);
    String answers = "+OK\r\n".repeat(Answers.DUE_AT_MOST - 1);
    assertThat(
            greeted().client(before + "NOOP\r\nUSER a\r\nPASS b").server(answers + "+OK").logins())
        .hasSize(1);
    assertThat(
            greeted()
                .client(before + "NOOP\r\nNOOP\r\nUSER a\r\nPASS b")
                .server("+OK\r\n" + answers + "+OK")
                .logins())
        .isEmpty();
  }

  @Test
  void passwordOfALineThatIsTooLongIsNotFound() {
    String fits = "x".repeat(LineBuffer.OCTETS_AT_MOST - "PASS ".length() - 1);
    assertThat(greeted().client("USER a\r\nPASS " + fits).server("+OK\r\n+OK").logins())
        .containsExactly(accepted("POP3", "a", fits));
    Conversation.Outcome outcome =
        greeted().client("USER a\r\nPASS " + fits + "xx").server("+OK\r\n+OK").play();
    assertThat(outcome.logins()).isEmpty();
  }

  @Test
  void answersOfManyLinesAreOneWhateverTheyQuote() {
    assertThat(
            new Conversation()
                .server("+OK ready")
                .client("CAPA\r\nLANG\r\nUSER ana\r\nPASS pw")
                .server("+OK\r\n+OK is no answer here\r\n-ERR nor this\r\n.")
                .server("+OK\r\nen English\r\n.\r\n+OK\r\n-ERR no")
                .logins())
        .containsExactly(new Credential("POP3", "ana", "pw", false));
  }
}
