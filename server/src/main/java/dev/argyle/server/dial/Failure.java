package dev.argyle.server.dial;

import dev.argyle.server.net.Errno;
import dev.argyle.server.telemetry.Ending;
import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * Why a host was not reached, with what exactly happened.
 *
 * @param detail for the log: which rule denied, the error of a system call, what a name server
 *     answered
 */
public record Failure(DialFailure why, String detail) {

  /** Of which no more is known. */
  public static Failure of(DialFailure why) {
    return new Failure(why, why.words());
  }

  /** From a Linux errno of socket(2), bind(2), connect(2) or SO_ERROR. */
  public static Failure ofErrno(int errno) {
    return new Failure(DialFailure.ofErrno(errno), Errno.strerror(errno));
  }

  /**
   * From a Linux errno of bind(2) or connect(2) on the way to an address. EADDRNOTAVAIL says that
   * no local port is left; towards IPv6 more often that this host has no IPv6 address to connect
   * from, as where IPv6 is switched off (containers).
   */
  public static Failure ofErrno(int errno, InetAddress towards) {
    return errno == Errno.EADDRNOTAVAIL && towards instanceof Inet6Address
        ? new Failure(DialFailure.NETWORK_UNREACHABLE, "no IPv6 address to connect from")
        : ofErrno(errno);
  }

  /** How a connection ends whose request failed with this. */
  public Ending ending() {
    return new Ending(why.reason(), detail);
  }
}
