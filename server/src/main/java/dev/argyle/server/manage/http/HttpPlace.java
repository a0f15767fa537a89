package dev.argyle.server.manage.http;

import dev.argyle.server.admission.Admitted;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.server.telemetry.Tally;

/**
 * The place of one connection at the door, and what its client owes for what is no request: once,
 * and only until it has logged in. Belongs to the connection's loop.
 */
final class HttpPlace {

  private final Admitted admitted;
  private final Tally counters;
  private boolean loggedIn;
  private boolean noted;

  HttpPlace(Admitted admitted, Tally counters) {
    this.admitted = admitted;
    this.counters = counters;
  }

  boolean isLoggedIn() {
    return loggedIn;
  }

  void loggedIn() {
    if (!loggedIn) {
      loggedIn = true;
      admitted.authenticated();
    }
  }

  /** A request did not come whole in time. */
  void late() {
    if (isDue()) {
      admitted.handshakeFailed(Ending.of(EndReason.HANDSHAKE_TIMEOUT), counters);
    }
  }

  /**
   * What came is no HTTP. Nothing is owed for what a page can make a browser send: TLS, and an
   * address that is too long.
   */
  void malformed(Throwable cause, boolean likeTls) {
    if (Malformed.isLength(cause) || !isDue()) {
      return;
    }
    if (likeTls) {
      Ending why = new Ending(EndReason.PROTOCOL_ERROR, "TLS, where HTTP is spoken");
      admitted.spokeAnotherProtocol(why, counters);
    } else {
      admitted.handshakeFailed(new Ending(EndReason.PROTOCOL_ERROR, "malformed HTTP"), counters);
    }
  }

  private boolean isDue() {
    boolean due = !loggedIn && !noted;
    noted = true;
    return due;
  }

  /** The connection has ended. */
  void leave() {
    admitted.leaves();
  }
}
