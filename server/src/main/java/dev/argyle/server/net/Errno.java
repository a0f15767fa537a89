package dev.argyle.server.net;

import java.util.Map;

/**
 * Error numbers of Linux that decide what happens next (asm-generic/errno.h); the same on x86-64
 * and aarch64.
 */
public final class Errno {

  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int EINTR = 4;
  public static final int EBADF = 9;
  public static final int EAGAIN = 11;
  public static final int EACCES = 13;
  public static final int ENODEV = 19;
  public static final int EINVAL = 22;
  public static final int ENFILE = 23;
  public static final int EMFILE = 24;
  public static final int EPIPE = 32;
  public static final int EIO = 5;
  public static final int ENOSYS = 38;
  public static final int EPROTO = 71;
  public static final int EMSGSIZE = 90;
  public static final int EADDRINUSE = 98;
  public static final int EADDRNOTAVAIL = 99;
  public static final int EAFNOSUPPORT = 97;
  public static final int ENETDOWN = 100;
  public static final int ENETUNREACH = 101;
  public static final int ECONNABORTED = 103;
  public static final int ECONNRESET = 104;
  public static final int ENOBUFS = 105;
  public static final int ENOTCONN = 107;
  public static final int ENONET = 64;
  public static final int EHOSTDOWN = 112;
  public static final int ETIMEDOUT = 110;
  public static final int ECONNREFUSED = 111;
  public static final int EHOSTUNREACH = 113;
  public static final int EINPROGRESS = 115;
  public static final int ENOMEM = 12;

  /** strerror(3) for errors that connections meet, in lower case. */
  static final Map<Integer, String> STRERROR =
      Map.ofEntries(
          Map.entry(EPERM, "operation not permitted"),
          Map.entry(ENOENT, "no such file or directory"),
          Map.entry(ENOMEM, "cannot allocate memory"),
          Map.entry(EACCES, "permission denied"),
          Map.entry(ENODEV, "no such device"),
          Map.entry(EMFILE, "too many open files"),
          Map.entry(EPIPE, "broken pipe"),
          Map.entry(EMSGSIZE, "message too long"),
          Map.entry(EAFNOSUPPORT, "address family not supported"),
          Map.entry(EADDRINUSE, "address already in use"),
          Map.entry(EADDRNOTAVAIL, "cannot assign requested address"),
          Map.entry(ENETDOWN, "network is down"),
          Map.entry(ENETUNREACH, "network is unreachable"),
          Map.entry(ECONNRESET, "connection reset"),
          Map.entry(ENOBUFS, "no buffer space"),
          Map.entry(ETIMEDOUT, "connection timed out"),
          Map.entry(ECONNREFUSED, "connection refused"),
          Map.entry(EHOSTDOWN, "host is down"),
          Map.entry(EHOSTUNREACH, "no route to host"));

  private Errno() {}

  /** What an error is called, for a log. */
  public static String strerror(int errno) {
    return STRERROR.getOrDefault(errno, "errno " + errno);
  }

  /** Whether a signal came first: the call is to be made again. */
  public static boolean interrupted(long answer) {
    return answer == -EINTR;
  }

  /** Whether a call's answer says that it would have blocked. */
  public static boolean wouldBlock(long answer) {
    return answer == -EAGAIN;
  }

  /** Whether a call's answer says that descriptors or the memory for a socket have run out. */
  public static boolean isShortage(long answer) {
    return answer == -EMFILE || answer == -ENFILE || answer == -ENOBUFS || answer == -ENOMEM;
  }

  /** Whether a call's answer says that the system does not do this, here or for us. */
  public static boolean isUnsupported(long answer) {
    return answer == -EINVAL || answer == -ENOSYS || answer == -EPERM || answer == -EACCES;
  }

  /** Words for the numbers that an operator may meet. */
  public static String words(int errno) {
    return switch (errno) {
      case EACCES -> "permission denied; ports below 1024 take root or CAP_NET_BIND_SERVICE";
      case EADDRINUSE -> "the address is in use: another server listens there";
      case EADDRNOTAVAIL -> "no such address on this machine";
      case EMFILE, ENFILE -> "out of file descriptors: raise the limit (ulimit -n, LimitNOFILE)";
      default -> "errno " + errno;
    };
  }
}
