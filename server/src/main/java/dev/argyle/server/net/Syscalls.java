package dev.argyle.server.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The system calls that the data plane makes. An instance belongs to one event loop: it owns the
 * scratch memory that addresses and errno pass through.
 *
 * <p>Every call answers what the kernel answers, or the negated errno ({@link Errno}); none throws.
 * Memory is given as an address and a length, for it is the loop's own buffer.
 */
public interface Syscalls {

  /** A TCP socket, non-blocking, closed on exec. */
  int streamSocket(boolean ipv6);

  int bind(int fd, InetAddress address, int port);

  int listen(int fd, int backlog);

  /**
   * The next connection, non-blocking, closed on exec; its peer is {@link #acceptedPeer()} until
   * the next call.
   */
  int accept(int fd);

  /**
   * Another descriptor for a listening socket that this process was given: non-blocking, and both
   * are closed on exec.
   */
  int duplicate(int fd);

  /** The address of the peer that {@link #accept} answered last. */
  InetSocketAddress acceptedPeer();

  int connect(int fd, InetAddress address, int port);

  /** The address that a socket is bound to; null when the kernel does not tell. */
  @Nullable InetSocketAddress localAddress(int fd);

  /** Up to {@code length} octets; 0: end of stream. */
  int recv(int fd, long address, int length);

  /** As {@link #recv}, and leaves the octets where they are. */
  int peek(int fd, long address, int length);

  /** Never raises SIGPIPE. */
  int send(int fd, long address, int length);

  /**
   * Up to {@code length} octets from {@code from} to {@code to}, of which one is a pipe; does not
   * block on the pipe.
   */
  long splice(int from, int to, long length);

  /**
   * A pipe, non-blocking, closed on exec.
   *
   * @param ends takes the reading end at 0 and the writing end at 1
   */
  int pipe(int[] ends);

  /** Asks for a pipe's capacity in octets; answers the one that it has now. */
  int pipeCapacity(int fd, int octets);

  int write(int fd, long address, int length);

  int shutdownOutput(int fd);

  int setOption(int fd, int level, int name, int value);

  /**
   * Binds to an interface (SO_BINDTODEVICE).
   *
   * @param name ASCII, 15 characters at most
   */
  int bindToDevice(int fd, String name);

  /** The value of an option; negative: an errno. */
  int option(int fd, int level, int name);

  /** Makes the close that follows send a reset. */
  int resetOnClose(int fd);

  int close(int fd);
}
