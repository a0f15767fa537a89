/**
 * What the doors have in common: a TCP listener with a bounded number of connections, a deadline
 * for whoever has not logged in, passwords verified off the loop and refusals held back, and one
 * write a reply. Knows no protocol. May import control, admission and wire. Start at {@link
 * dev.argyle.server.manage.door.Conversation}.
 */
@NullMarked
package dev.argyle.server.manage.door;

import org.jspecify.annotations.NullMarked;
