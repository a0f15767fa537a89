package dev.argyle.server.manage.http;

import dev.argyle.server.control.Actor;
import org.jspecify.annotations.Nullable;

/**
 * Who makes a request.
 *
 * @param actor null: nobody who has logged in
 * @param session whose cookie was shown; null: none
 * @param pending what ends when the client leaves
 */
record Caller(@Nullable Actor actor, @Nullable Session session, Pending pending) {}
