package dev.argyle.server.session.gssapi;

import java.io.Serial;

/** What a peer sent is not what it wrapped, or not in the way or the order that was agreed. */
public final class SealBroken extends Exception {

  @Serial private static final long serialVersionUID = 1L;

  SealBroken(String words) {
    super(words, null, false, false);
  }
}
