package dev.argyle.server.manage.http;

import dev.argyle.server.admission.Shares;
import dev.argyle.server.manage.door.DoorServices;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the connections of the door share.
 *
 * @param tls null: HTTP is not encrypted
 * @param bodies the places of long bodies that are being read
 */
record HttpServices(
    DoorServices door, Dispatch dispatch, Times times, @Nullable TlsFiles tls, Shares bodies) {

  /**
   * How long a client may take.
   *
   * @param request from the first octet of a request to its last
   * @param idle between requests, and before the first one, of a client that has not logged in
   * @param idleKnown the same, of one that has; browsers close after more than that
   * @param linger to close after the last response
   */
  record Times(Duration request, Duration idle, Duration idleKnown, Duration linger) {

    /**
     * Fixed, as those of the other doors are: a request of ours is small, and whoever needs more
     * than ten seconds for it holds a place for nothing.
     */
    static final Times STANDARD =
        new Times(
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            Duration.ofSeconds(1));
  }
}
