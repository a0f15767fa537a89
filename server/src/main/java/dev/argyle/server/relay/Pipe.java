package dev.argyle.server.relay;

/**
 * A pipe of the kernel, through which octets pass on their way from one socket to the other.
 *
 * @param output the descriptor that octets are read from
 * @param input the descriptor that octets are written to
 * @param capacityOctets what the kernel granted
 */
record Pipe(int output, int input, int capacityOctets) {}
