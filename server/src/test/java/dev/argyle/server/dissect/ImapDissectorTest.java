package dev.argyle.server.dissect;

import static dev.argyle.server.dissect.Conversation.accepted;
import static dev.argyle.server.dissect.Conversation.base64;
import static dev.argyle.server.dissect.Conversation.refused;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("play")
class ImapDissectorTest {

  private static Conversation greeted() {
    return new Conversation()
        .server("* OK [CAPABILITY IMAP4rev1 SASL-IR LITERAL+ AUTH=PLAIN] Dovecot ready.");
  }

  @Test
  void loginWithAtomsAndQuotedStrings() {
    Conversation.Outcome outcome =
        greeted()
            .client("a0 CAPABILITY")
            .server("* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\na0 OK done")
            .client("a1 LOGIN ana pw")
            .server("a1 NO [AUTHENTICATIONFAILED] no.")
            .client("a2 login \"a na\" \"p\\\"w\\\\ {3}\"")
            .server("* CAPABILITY IMAP4rev1\r\na2 OK Logged in")
            .client("a3 SELECT INBOX")
            .play();
    assertThat(outcome.logins())
        .containsExactly(refused("IMAP", "ana", "pw"), accepted("IMAP", "a na", "p\"w\\ {3}"));
    assertThat(outcome.stepsTaken()).isEqualTo(7);
  }

  @Test
  void literalsThatWaitAndLiteralsThatDoNot() {
    assertThat(
            greeted()
                .client("a1 LOGIN {3}")
                .server("+ go on")
                .client("ana {4}")
                .server("+ go on")
                .client("p\r\nw")
                .server("a1 OK")
                .logins())
        .containsExactly(accepted("IMAP", "ana", "p\r\nw"));
    assertThat(greeted().client("a1 LOGIN {3+}\r\nana {0+}\r\n").server("a1 OK").logins())
        .containsExactly(accepted("IMAP", "ana", ""));
    assertThat(greeted().client("a1 LOGIN ana {2+}\r\npw").server("a1 OK").logins())
        .containsExactly(accepted("IMAP", "ana", "pw"));
  }

  @Test
  void literalThatTheServerRefusesIsNotWaitedFor() {
    assertThat(
            greeted()
                .client("a1 LOGIN {3}")
                .server("a1 BAD no literals here")
                .client("a2 LOGIN ana pw")
                .server("a2 OK")
                .logins())
        .containsExactly(accepted("IMAP", "ana", "pw"));
  }

  @Test
  void authenticateWithItsResponseAtOnceAndLater() {
    assertThat(
            greeted()
                .client("a1 AUTHENTICATE PLAIN " + base64("\0ana\0pw"))
                .server("a1 OK")
                .logins())
        .containsExactly(accepted("IMAP", "ana", "pw"));
    assertThat(
            greeted()
                .client("a1 authenticate login")
                .server("+ VXNlcm5hbWU6")
                .client(base64("ana"))
                .server("+ UGFzc3dvcmQ6")
                .client(base64("pw"))
                .server("a1 NO")
                .client("a2 AUTHENTICATE PLAIN")
                .server("+ ")
                .client(base64("\0ana\0pw2"))
                .server("a2 OK")
                .logins())
        .containsExactly(refused("IMAP", "ana", "pw"), accepted("IMAP", "ana", "pw2"));
  }

  @Test
  void answersAreToldApartByTheirTags() {
    assertThat(
            greeted()
                .client("a1 LOGIN ana one\r\na2 NOOP\r\na3 LOGIN ana two")
                .server("a2 OK\r\na1 NO\r\na3 OK")
                .logins())
        .containsExactly(refused("IMAP", "ana", "one"), accepted("IMAP", "ana", "two"));
  }

  @Test
  void literalOfTheServersIsSkipped() {
    assertThat(
            greeted()
                .client("a1 ID NIL\r\na2 LOGIN ana pw")
                .server("* ID (\"name\" {10}\r\na2 OK no\r\n)\r\na1 OK\r\na2 OK")
                .logins())
        .containsExactly(accepted("IMAP", "ana", "pw"));
  }

  @Test
  void starttlsThatIsAcceptedHandsOverAndSoDoesPreauth() {
    assertThat(greeted().client("a1 STARTTLS").server("a1 OK begin").client("x").play().wantsMore())
        .isFalse();
    assertThat(new Conversation().server("* PREAUTH welcome").play().wantsMore()).isFalse();
    assertThat(new Conversation().server("* BYE busy").play().wantsMore()).isFalse();
  }

  @Test
  void emptyLiteralsInARowCostNoStack() {
    assertThat(greeted().client("a1 LOGIN" + " {0+}\r\n".repeat(20_000)).play().logins()).isEmpty();
  }

  @Test
  void answerOfTheServersThatManyLiteralsInterruptIsOne() {
    assertThat(
            new Conversation()
                .server("* OK ready")
                .client("a1 ID NIL\r\na2 LOGIN ana pw")
                .raw(false, "* ID (\"name\" {5}\r\na2 OK \"x\" {9}\r\na2 OK ab\r\n)\r\n")
                .server("a1 OK done\r\na2 NO wrong")
                .logins())
        .containsExactly(refused("IMAP", "ana", "pw"));
  }

  @Test
  void exchangeThatIsCancelledIsNoLogin() {
    assertThat(
            new Conversation()
                .server("* OK ready")
                .client("a1 AUTHENTICATE PLAIN")
                .server("+ ")
                .client("*")
                .server("a1 BAD cancelled")
                .client("a2 AUTHENTICATE PLAIN =")
                .server("a2 NO that is nothing")
                .client("a3 LOGIN {3+}\r\nana {2+}\r\npw")
                .server("a3 OK in")
                .logins())
        .containsExactly(accepted("IMAP", "ana", "pw"));
  }
}
