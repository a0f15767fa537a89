/**
 * The MASS door (protocols/mass.md), TCP: one request a connection. Whoever reaches the listener
 * and has an administrator's password can add and delete users and switch authentication and
 * dissectors; with {@code management.mass.anonymous} anybody who reaches it can read users' names
 * and counters. Decides nothing. May import control, admission, wire and manage.door. Start at
 * {@link dev.argyle.server.manage.mass.MassConversation}.
 */
@NullMarked
package dev.argyle.server.manage.mass;

import org.jspecify.annotations.NullMarked;
