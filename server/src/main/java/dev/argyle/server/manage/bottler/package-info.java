/**
 * The Bottler door (protocols/bottler.md), UDP: a datagram in, at most one out. Whoever reaches the
 * listener and has the token of {@code admin.secret} can change users and settings and stop the
 * SOCKS side; the token and passwords go over the wire in clear text, so it listens on loopback
 * unless told otherwise. Nobody else gets any answer. Decides nothing. May import control,
 * admission, wire and manage.door. Start at {@link dev.argyle.server.manage.bottler.BottlerDoor}.
 */
@NullMarked
package dev.argyle.server.manage.bottler;

import org.jspecify.annotations.NullMarked;
