package dev.argyle.server.dissect;

import dev.argyle.server.dissect.Answers.About;
import dev.argyle.wire.TextProtocol;

/** AUTH (RFC 4954); STARTTLS (RFC 3207) ends it, and so does a message's text. */
final class SmtpDissector extends ReplyDissector {

  private static final int CHALLENGE = 334;

  SmtpDissector(Findings findings) {
    super(TextProtocol.SMTP, findings);
  }

  @Override
  void command(LineBuffer line) {
    if (line.command("auth") && line.length() > 5) {
      beginSasl(line, line.skipSpaces(5));
    } else if (line.command("starttls")) {
      expect(About.TLS);
    } else if (line.command("data") || line.command("bdat")) {
      finishWhenJudged(); // what follows is no command, and nobody logs in behind it
    } else {
      expect(About.OTHER);
    }
  }

  @Override
  void reply(int code) {
    if (greets()) {
      if (code != 220) {
        finish();
      }
    } else if (code != CHALLENGE) {
      judge(code / 100 == 2);
    }
  }
}
