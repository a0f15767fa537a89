package dev.argyle.server.manage.events;

import java.util.function.LongSupplier;

/**
 * How many users there are.
 *
 * @param accounts and users of this run; asked once a second and for each status, may block, may
 *     fail
 * @param connected those with an open connection that has made a request; does not block
 */
public record Users(LongSupplier accounts, LongSupplier connected) {}
