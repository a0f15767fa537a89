package dev.argyle.server.dial;

import dev.argyle.server.net.Errno;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.wire.socks.ReplyCode;

/**
 * Why a destination was not reached, the least telling first: of several failures the client is
 * told the last in this order. "Connection refused" says more than "timed out", and that more than
 * "network unreachable".
 */
public enum DialFailure {
  /** NXDOMAIN, no address records, or not a valid name. */
  NAME_NOT_FOUND(ReplyCode.HOST_UNREACHABLE, EndReason.NAME_NOT_RESOLVED, "no such name"),
  /** The name servers answered, but with an error. */
  NAME_SERVER_FAILED(
      ReplyCode.HOST_UNREACHABLE, EndReason.NAME_NOT_RESOLVED, "name server failure"),
  /** Also: no address of a usable family. */
  NETWORK_UNREACHABLE(
      ReplyCode.NETWORK_UNREACHABLE, EndReason.DIAL_FAILED, "network is unreachable"),
  GENERAL(ReplyCode.GENERAL_FAILURE, EndReason.DIAL_FAILED, "failed"),
  /** Descriptors, memory, local ports, or a limit of the resolver. */
  NO_RESOURCES(ReplyCode.GENERAL_FAILURE, EndReason.OUT_OF_RESOURCES, "out of resources"),
  TIMED_OUT(ReplyCode.HOST_UNREACHABLE, EndReason.DIAL_TIMEOUT, "timed out"),
  HOST_UNREACHABLE(ReplyCode.HOST_UNREACHABLE, EndReason.DIAL_FAILED, "no route to host"),
  TTL_EXPIRED(ReplyCode.TTL_EXPIRED, EndReason.DIAL_FAILED, "TTL expired"),
  REFUSED(ReplyCode.CONNECTION_REFUSED, EndReason.DIAL_FAILED, "connection refused"),
  /** Most telling: if nothing was reached, a rule is what the operator can change. */
  DENIED(ReplyCode.NOT_ALLOWED, EndReason.REFUSED_BY_RULE, "denied by a rule");

  private final ReplyCode reply;
  private final EndReason reason;
  private final String words;

  DialFailure(ReplyCode reply, EndReason reason, String words) {
    this.reply = reply;
    this.reason = reason;
    this.words = words;
  }

  /** What the client is told (RFC 1928, section 6). */
  public ReplyCode reply() {
    return reply;
  }

  /** Why the client's connection ends. */
  public EndReason reason() {
    return reason;
  }

  /** For the log, if no more is known. */
  public String words() {
    return words;
  }

  /**
   * From a Linux errno of socket(2), bind(2), connect(2) or SO_ERROR; see {@link Failure#ofErrno}.
   */
  public static DialFailure ofErrno(int errno) {
    return switch (errno) {
      case Errno.ECONNREFUSED -> REFUSED;
      case Errno.EHOSTDOWN, Errno.EHOSTUNREACH, Errno.ENONET -> HOST_UNREACHABLE;
      case Errno.ENETDOWN, Errno.ENETUNREACH, Errno.EAFNOSUPPORT -> NETWORK_UNREACHABLE;
      case Errno.ETIMEDOUT -> TIMED_OUT;
      // The last three: no local port is left.
      case Errno.ENOMEM,
          Errno.ENFILE,
          Errno.EMFILE,
          Errno.ENOBUFS,
          Errno.EAGAIN,
          Errno.EADDRINUSE,
          Errno.EADDRNOTAVAIL ->
          NO_RESOURCES;
      default -> GENERAL;
    };
  }
}
