package dev.argyle.server.dissect;

import dev.argyle.server.dissect.Answers.About;
import dev.argyle.wire.TextProtocol;
import org.jspecify.annotations.Nullable;

/** USER and PASS, APOP (RFC 1939), AUTH (RFC 5034); STLS (RFC 2595) ends it. */
final class Pop3Dissector extends CommandDissector {

  private @Nullable String user;
  private boolean listing;

  Pop3Dissector(Findings findings) {
    super(TextProtocol.POP3, findings);
  }

  @Override
  void command(LineBuffer line) {
    if (line.tooLong()) {
      expect(About.OTHER);
    } else if (line.command("user")) {
      user = line.text(5);
      expect(About.OTHER);
    } else if (line.command("pass")) {
      expect(user == null ? null : new Credential("POP3", user, line.text(5), false));
    } else if (line.command("apop")) {
      expect(apop(line));
    } else if (line.command("auth") && line.length() > 5) {
      beginSasl(line, line.skipSpaces(5));
    } else if (line.command("stls")) {
      expect(About.TLS);
    } else if (line.command("capa") || line.command("auth") || line.isWord("lang")) {
      expect(About.LISTING);
    } else {
      expect(About.OTHER);
    }
  }

  private static @Nullable Credential apop(LineBuffer line) {
    int digest = line.length();
    while (digest > 5 && line.at(digest - 1) != ' ') {
      digest--;
    }
    return digest > 6
        ? new Credential("APOP", line.text(5, digest - 1), line.text(digest), false)
        : null;
  }

  @Override
  void answer(LineBuffer line) {
    if (listing) {
      listing = !(line.length() == 1 && line.at(0) == '.');
      return;
    }
    boolean yes = line.has(0, "+ok");
    if (greets()) {
      if (!yes) {
        finish();
      }
    } else if (yes || line.has(0, "-err")) {
      listing = yes && about() == About.LISTING;
      judge(yes);
    } else if (line.at(0) != '+') { // a challenge of AUTH's is "+ ..."
      finish();
    }
  }
}
