package dev.argyle.server.dissect;

import dev.argyle.wire.TextProtocol;

/** What SMTP and FTP have in common: replies of three digits (RFC 5321, 4.2; RFC 959, 4.2). */
abstract class ReplyDissector extends CommandDissector {

  private int goesOn; // the code whose last line is still to come, or 0

  ReplyDissector(TextProtocol protocol, Findings findings) {
    super(protocol, findings);
  }

  /** A reply is complete; 100 to 599. */
  abstract void reply(int code);

  @Override
  final void answer(LineBuffer line) {
    int code = code(line);
    if (goesOn != 0) {
      if (code == goesOn && line.at(3) != '-') {
        goesOn = 0;
        reply(code);
      }
    } else if (code == 0) {
      finish();
    } else if (line.at(3) == '-') {
      goesOn = code;
    } else {
      reply(code);
    }
  }

  private static int code(LineBuffer line) {
    int code = 0;
    for (int i = 0; i < 3; i++) {
      int digit = line.at(i) - '0';
      if (digit < 0 || digit > 9) {
        return 0;
      }
      code = code * 10 + digit;
    }
    int behind = line.at(3);
    return code >= 100 && code < 600 && (behind == 0 || behind == ' ' || behind == '-') ? code : 0;
  }
}
