package dev.argyle.server.net;

/**
 * The system calls for datagrams that {@link Syscalls} lacks. As there, every call answers what the
 * kernel answers or the negated errno, none throws, and an instance belongs to one event loop.
 */
public interface DatagramCalls {

  /** A UDP socket of one family alone, non-blocking, closed on exec. */
  int datagramSocket(boolean ipv6);

  /**
   * Receives up to {@code count} datagrams, without waiting (recvmmsg).
   *
   * @param messages where a {@link MessageVector} begins
   * @return how many; fewer than asked for: no more are there
   */
  int receive(int fd, long messages, int count);

  /**
   * Sends up to {@code count} messages, without waiting (sendmmsg).
   *
   * @param messages where the first of them is in a {@link MessageVector}
   * @return how many were sent before one failed; an errno is that of the first
   */
  int send(int fd, long messages, int count);
}
