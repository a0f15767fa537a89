package dev.argyle.server.dissect;

import static dev.argyle.server.dissect.Conversation.accepted;
import static dev.argyle.server.dissect.Conversation.base64;
import static dev.argyle.server.dissect.Conversation.refused;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** SMTP and FTP, which begin alike. */
@Tag("play")
class ReplyDissectorsTest {

  private static Conversation smtp() {
    return new Conversation()
        .server("220-mail.example ESMTP Postfix\r\n220 (Debian/GNU)")
        .client("EHLO client.example")
        .server("250-mail.example\r\n250-PIPELINING\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN");
  }

  private static Conversation ftp() {
    return new Conversation().server("220 (vsFTPd 3.0.3)");
  }

  @Test
  void smtpAuthPlain() {
    Conversation.Outcome outcome =
        smtp()
            .client("AUTH PLAIN " + base64("\0ana\0wrong"))
            .server("535 5.7.8 Error: authentication failed")
            .client("AUTH PLAIN")
            .server("334 ")
            .client(base64("\0ana\0right"))
            .server("235 2.7.0 Authentication successful")
            .client("MAIL FROM:<ana@example.org>")
            .play();
    assertThat(outcome.logins())
        .containsExactly(refused("SMTP", "ana", "wrong"), accepted("SMTP", "ana", "right"));
    assertThat(outcome.stepsTaken()).isEqualTo(9);
  }

  @Test
  void smtpAuthLogin() {
    assertThat(
            smtp()
                .client("auth login")
                .server("334 VXNlcm5hbWU6")
                .client(base64("ana"))
                .server("334 UGFzc3dvcmQ6")
                .client(base64("pw"))
                .server("235 ok")
                .logins())
        .containsExactly(accepted("SMTP", "ana", "pw"));
  }

  @Test
  void smtpCommandsBehindAnExchangeThatIsCompleteAreCommands() {
    assertThat(
            smtp()
                .client("AUTH PLAIN " + base64("\0ana\0no") + "\r\nNOOP")
                .server("535 no\r\n250 ok")
                .client("AUTH PLAIN " + base64("\0ana\0yes") + "\r\nRSET")
                .server("235 ok\r\n250 ok")
                .logins())
        .containsExactly(refused("SMTP", "ana", "no"), accepted("SMTP", "ana", "yes"));
  }

  @Test
  void smtpHandsOverWhenTlsBeginsAndWhenAMessageDoes() {
    assertThat(smtp().client("STARTTLS").server("220 go ahead").play().wantsMore()).isFalse();
    assertThat(smtp().client("STARTTLS").server("454 not now").play().wantsMore()).isTrue();
    assertThat(smtp().client("MAIL FROM:<>\r\nRCPT TO:<a>\r\nDATA").play().wantsMore()).isFalse();
  }

  @Test
  void mechanismThatShowsNoPasswordIsWaitedOut() {
    Conversation.Outcome outcome =
        smtp()
            .client("AUTH CRAM-MD5")
            .server("334 PDQxOTI5NDIzNDEuMTI4Mjg0NzJAZXhhbXBsZT4=")
            .client(base64("ana 913c5c9a5e4d5f9a"))
            .server("235 ok")
            .play();
    assertThat(outcome.logins()).isEmpty();
    assertThat(outcome.wantsMore()).isFalse();
  }

  @Test
  void ftpUserAndPass() {
    Conversation.Outcome outcome =
        ftp()
            .client("FEAT")
            .server("211-Features:\r\n EPSV\r\n 230 is no reply in here\r\n211 End")
            .client("USER ana")
            .server("331 Please specify the password.")
            .client("PASS wrong")
            .server("530 Login incorrect.")
            .client("USER ana\r\nPASS right")
            .server("331 go on\r\n230-Welcome\r\n230 Login successful.")
            .client("SYST")
            .play();
    assertThat(outcome.logins())
        .containsExactly(refused("FTP", "ana", "wrong"), accepted("FTP", "ana", "right"));
    assertThat(outcome.stepsTaken()).isEqualTo(9);
  }

  @Test
  void ftpServerThatWantsAnAccountAsWellJudgesByIt() {
    assertThat(
            ftp()
                .client("USER ana")
                .server("331 password")
                .client("PASS pw")
                .server("332 account")
                .client("ACCT sales")
                .server("230 in")
                .logins())
        .containsExactly(refused("FTP", "ana", "pw"), accepted("FTP", "ana", "pw"));
  }

  @Test
  void ftpHandsOverWhenTlsBeginsAndWhenANameIsEnough() {
    assertThat(ftp().client("AUTH TLS").server("234 go").play().wantsMore()).isFalse();
    assertThat(ftp().client("AUTH TLS").server("530 no").play().wantsMore()).isTrue();
    assertThat(ftp().client("USER guest").server("230 in").play().wantsMore()).isFalse();
  }

  @Test
  void ftpServerThatAsksForPatienceIsWaitedFor() {
    assertThat(
            new Conversation()
                .server("120 in a minute\r\n220 now")
                .client("USER ana\r\nPASS pw")
                .server("331\r\n230 in")
                .logins())
        .containsExactly(accepted("FTP", "ana", "pw"));
  }

  @Test
  void smtpLoginWithAMessageRightBehindItIsStillJudged() {
    String secret = base64("\0ana\0pw");
    String pipelined = "AUTH PLAIN " + secret + "\r\nMAIL FROM:<a>\r\nRCPT TO:<b>\r\nDATA";
    Conversation.Outcome accepted = smtp().client(pipelined).server("235 ok").play();
    assertThat(accepted.logins()).containsExactly(accepted("SMTP", "ana", "pw"));
    assertThat(accepted.wantsMore()).isFalse();
    Conversation.Outcome refused = smtp().client(pipelined).server("535 no").play();
    assertThat(refused.logins()).containsExactly(refused("SMTP", "ana", "pw"));
    assertThat(refused.wantsMore()).as("behind DATA nobody logs in").isFalse();
  }

  @Test
  void smtpExchangeThatIsCancelledIsNoLogin() {
    assertThat(
            smtp()
                .client("AUTH LOGIN")
                .server("334 VXNlcm5hbWU6")
                .client(base64("ana"))
                .server("334 UGFzc3dvcmQ6")
                .client("*")
                .server("501 cancelled")
                .client("AUTH PLAIN " + base64("\0ana\0pw"))
                .server("235 ok")
                .logins())
        .containsExactly(accepted("SMTP", "ana", "pw"));
  }

  @Test
  void smtpAuthLoginWithAnEmptyOrAFirstResponse() {
    Conversation empty =
        smtp().client("AUTH LOGIN =").server("334 VXNlcm5hbWU6").client(base64("ana"));
    Conversation first = smtp().client("AUTH LOGIN " + base64("ana"));
    for (Conversation begun : new Conversation[] {empty, first}) {
      assertThat(begun.server("334 UGFzc3dvcmQ6").client(base64("pw")).server("235 ok").logins())
          .containsExactly(accepted("SMTP", "ana", "pw"));
    }
  }

  @Test
  void answerOfManyLinesThatQuotesOtherAnswersIsOne() {
    assertThat(
            smtp()
                .client("HELP\r\nAUTH PLAIN " + base64("\0ana\0no"))
                .server("214-235 2.7.0 is what a login gets\r\n214-535 or this\r\n214 end")
                .server("535-235 not\r\n535 at all")
                .logins())
        .containsExactly(refused("SMTP", "ana", "no"));
    assertThat(
            ftp()
                .client("HELP\r\nUSER ana\r\nPASS no")
                .server("214-help\r\n230 is no end of this\r\n331-nor this\r\n214 end")
                .server("331-\r\n530 neither\r\n331 go on\r\n530-no\r\n230 no\r\n530 no")
                .logins())
        .containsExactly(refused("FTP", "ana", "no"));
  }

  @Test
  void greetingOfAPageIsFollowedAndALongerOneIsNot() {
    String page = "220-" + "No trespassing. ".repeat(5) + "\r\n";
    String banner = page.repeat(Recognition.GREETING_OCTETS_AT_MOST / page.length() - 1);
    assertThat(
            new Conversation()
                .raw(false, banner)
                .server("220 go on")
                .client("USER ana\r\nPASS pw")
                .server("331\r\n230 in")
                .logins())
        .containsExactly(accepted("FTP", "ana", "pw"));
    Conversation.Outcome longer =
        new Conversation().raw(false, banner + page + page).client("USER ana").play();
    assertThat(longer.stepsTaken()).isEqualTo(1);
    assertThat(longer.wantsMore()).isFalse();
  }

  @Test
  void lastWordsOfAServerAreNoAnswer() {
    assertThat(
            smtp()
                .server("421 4.4.2 timeout")
                .client("AUTH PLAIN " + base64("\0ana\0pw"))
                .server("421 closing")
                .logins())
        .containsExactly(refused("SMTP", "ana", "pw"));
  }
}
