/**
 * The FEED door (protocols/feed.md), SCTP, and TCP where it is asked for. Whoever reaches a
 * listener and has an administrator's password can see users and connections, add and remove users
 * and set timeouts; passwords go over the wire in clear text, so it listens on loopback unless told
 * otherwise. Decides nothing. May import control, admission, wire and manage.door. Start at {@link
 * dev.argyle.server.manage.feed.FeedConversation}.
 */
@NullMarked
package dev.argyle.server.manage.feed;

import org.jspecify.annotations.NullMarked;
