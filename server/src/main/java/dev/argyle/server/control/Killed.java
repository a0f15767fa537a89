package dev.argyle.server.control;

/**
 * What became of ending several connections.
 *
 * @param result whether it was allowed
 * @param count how many were asked to end, each within a turn of its loop
 * @param more whether others match that were left: one call ends {@link
 *     ConnectionControl#KILLED_AT_ONCE} at most
 */
public record Killed(Result result, int count, boolean more) {}
