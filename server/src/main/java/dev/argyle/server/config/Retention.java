package dev.argyle.server.config;

import java.time.Duration;

/**
 * What is kept on disk of connections that have ended, and of what users have used.
 *
 * @param keep how long an ended connection is kept; zero: none is
 * @param maxSize octets of all its files together
 * @param addresses whether entries tell the user and the client's address
 * @param keepUsage how long a user's usage of a day is kept; zero: not at all
 */
public record Retention(Duration keep, int maxSize, boolean addresses, Duration keepUsage) {}
