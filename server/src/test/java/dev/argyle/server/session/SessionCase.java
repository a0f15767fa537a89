package dev.argyle.server.session;

import dev.argyle.server.session.SessionRig.Kind;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** What plays of clients share: a server in this process, with the settings that a test names. */
abstract class SessionCase {

  /** Asks for a tunnel to {@code name:80}: a name that {@link SessionRig} never answers. */
  static final String NAME_REQUEST = "05 01 00 03 04 6E 61 6D 65 00 50";

  @TempDir Path data;

  SessionRig open(Kind kind) throws Exception {
    return open(kind, "", "");
  }

  /** With lines of {@code socks}, and with sections beside it. */
  SessionRig open(Kind kind, String socks, String rules) throws Exception {
    return new SessionRig(kind, data, socks, rules);
  }
}
