package dev.argyle.cli.door;

import java.time.Duration;

/**
 * How a server is, and what it is set to.
 *
 * @param running whether the SOCKS side listens
 * @param timeout of idle connections; 0: never
 * @param bufferOctets a direction
 */
public record ServerStatus(
    boolean running,
    long openConnections,
    Duration timeout,
    long bufferOctets,
    boolean authentication,
    boolean dissectors) {}
