package dev.argyle.server.dial;

/**
 * The addresses of one family that a name has.
 *
 * @param name as {@link HostName.Host} has it
 */
record Question(String name, Family family) {}
