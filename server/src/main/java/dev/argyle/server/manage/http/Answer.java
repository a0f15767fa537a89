package dev.argyle.server.manage.http;

import dev.argyle.server.control.Actor;
import org.jspecify.annotations.Nullable;

/**
 * What became of a request.
 *
 * @param actor who has made it; null: nobody who has logged in
 * @param session of a cookie, by which the actor is known; null: it was not by a cookie
 * @param closes whether the connection ends behind it
 */
record Answer(Response response, @Nullable Actor actor, @Nullable Session session, boolean closes) {

  /** For somebody who is not known. */
  Answer(Response response, boolean closes) {
    this(response, null, null, closes);
  }
}
