package dev.argyle.server.dissect;

import dev.argyle.server.dissect.Answers.About;
import dev.argyle.wire.TextProtocol;
import org.jspecify.annotations.Nullable;

/** USER, PASS and ACCT (RFC 959, 4.1.1); AUTH TLS (RFC 4217) ends it. */
final class FtpDissector extends ReplyDissector {

  private @Nullable String user;
  private @Nullable Credential login;

  FtpDissector(Findings findings) {
    super(TextProtocol.FTP, findings);
  }

  @Override
  void command(LineBuffer line) {
    if (line.tooLong()) {
      expect(About.OTHER);
    } else if (line.command("user")) {
      user = line.text(5);
      expect(About.NAME);
    } else if (line.command("pass")) {
      login = user == null ? null : new Credential("FTP", user, line.text(5), false);
      expect(login);
    } else if (line.command("acct")) {
      expect(login); // a server that wants an account as well judges by it
    } else if (line.command("auth")) {
      expect(About.TLS);
    } else {
      expect(About.OTHER);
    }
  }

  @Override
  void reply(int code) {
    int kind = code / 100;
    if (kind == 1) {
      return; // another one follows
    }
    if (greets()) {
      if (kind != 2) {
        finish();
      }
      return;
    }
    if (about() == About.NAME && code == 230) {
      finish(); // in without a password
    } else {
      judge(kind == 2);
    }
  }
}
