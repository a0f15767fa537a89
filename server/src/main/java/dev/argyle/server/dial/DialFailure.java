package dev.argyle.server.dial;

import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;

/**
 * Why a destination was not reached, the least telling first: of several failed attempts the client
 * is told the last in this order. "Nobody listens" says more than "no answer", and that more than
 * "we have no IPv6".
 */
public enum DialFailure {
  /** NXDOMAIN, no records, or not a name at all. */
  NAME_NOT_FOUND(4, "no-such-name"),
  /** The name servers answered, but with an error. */
  NAME_SERVER_FAILED(4, "name-server"),
  /** Also: no address of a usable family. */
  NETWORK_UNREACHABLE(3, "network-unreachable"),
  GENERAL(1, "failed"),
  /** Descriptors, memory, local ports, or a bound of ours. */
  NO_RESOURCES(1, "no-resources"),
  TIMED_OUT(4, "timeout"),
  HOST_UNREACHABLE(4, "host-unreachable"),
  TTL_EXPIRED(6, "ttl-expired"),
  REFUSED(5, "refused"),
  /** Where nothing was reached, a rule that stood in the way is what somebody can change. */
  DENIED(2, "denied");

  private final int reply;
  private final String word;

  DialFailure(int reply, String word) {
    this.reply = reply;
    this.word = word;
  }

  /** The reply's REP octet (RFC 1928, section 6). */
  public int reply() {
    return reply;
  }

  /** A short word for the log. */
  public String word() {
    return word;
  }

  /** This or {@code other}, whichever tells more. */
  public DialFailure orMoreTelling(DialFailure other) {
    return other.compareTo(this) > 0 ? other : this;
  }

  /** From a Linux errno of socket(2), bind(2), connect(2) or SO_ERROR. */
  public static DialFailure ofErrno(int errno) {
    return switch (errno) {
      case 111 -> REFUSED; // ECONNREFUSED
      case 112, 113, 64 -> HOST_UNREACHABLE; // EHOSTDOWN, EHOSTUNREACH, ENONET (ICMP host isolated)
      case 100, 101, 97 -> NETWORK_UNREACHABLE; // ENETDOWN, ENETUNREACH, EAFNOSUPPORT
      case 110 -> TIMED_OUT; // ETIMEDOUT
      // ENOMEM, ENFILE, EMFILE, ENOBUFS; EAGAIN, EADDRINUSE, EADDRNOTAVAIL: no local port is left
      case 12, 23, 24, 105, 11, 98, 99 -> NO_RESOURCES;
      default -> GENERAL;
    };
  }

  /**
   * From an exception, where the platform does not tell the errno. NIO gives several errors one
   * class, so its words (strerror's) have to serve.
   */
  public static DialFailure of(Throwable cause) {
    String words = String.valueOf(cause.getMessage());
    if (words.contains("etwork is unreachable") || words.contains("family not supported")) {
      return NETWORK_UNREACHABLE;
    }
    if (words.contains("timed out") || cause instanceof SocketTimeoutException) {
      return TIMED_OUT;
    }
    if (words.contains("refused")) {
      return REFUSED;
    }
    if (cause instanceof NoRouteToHostException || words.contains("o route to host")) {
      return HOST_UNREACHABLE;
    }
    if (words.contains("Too many open files") || words.contains("Cannot assign requested")) {
      return NO_RESOURCES;
    }
    return GENERAL;
  }
}
