package dev.argyle.server.relay;

/**
 * A pipe of the kernel's, through which octets pass on their way from one socket to the other.
 *
 * @param output the descriptor that octets are read from
 * @param input the descriptor that octets are written to
 * @param capacityOctets what it holds, as the kernel granted it; 0: it refused, and the pipe holds
 *     what it held when it was made
 */
record Pipe(int output, int input, int capacityOctets) {}
