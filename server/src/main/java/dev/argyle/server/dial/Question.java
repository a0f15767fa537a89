package dev.argyle.server.dial;

/**
 * A question to name servers: the addresses of one family that a name has.
 *
 * @param name as {@link HostName.Name} has it
 */
record Question(String name, Family family) {}
