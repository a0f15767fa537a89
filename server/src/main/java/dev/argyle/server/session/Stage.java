package dev.argyle.server.session;

/** Where a {@link ClientSession} is. */
enum Stage {
  HANDSHAKE,
  /** A password is being hashed. */
  VERIFYING,
  /** What the request asks for is being brought about. */
  COMMAND,
  TUNNEL,
  /** Datagrams pass while the control connection is open. */
  ASSOCIATED,
  /** It was refused, and may read the answer. */
  LINGERING,
  OVER
}
