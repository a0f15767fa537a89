package dev.argyle.server.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * How an outgoing socket is bound before it connects, listens or sends.
 *
 * @param address null: the system chooses
 * @param free whether the address need not be this machine's (IP_FREEBIND)
 * @param device the interface that its packets leave by (SO_BINDTODEVICE), ASCII, 15 characters at
 *     most; null: any
 * @param mark of its packets (SO_MARK); 0: none
 */
public record Binding(
    @Nullable InetAddress address, boolean free, @Nullable String device, int mark) {

  /** To one of this machine's addresses. */
  public static Binding to(InetAddress address) {
    return new Binding(address, false, null, 0);
  }

  /** As this, at another address. */
  public Binding at(InetAddress other) {
    return new Binding(other, free, device, mark);
  }

  /**
   * Sets the options of a socket that is to be bound so.
   *
   * @return 0, or the negated errno
   */
  public int prepare(Syscalls calls, int fd) {
    int answer = device == null ? 0 : calls.bindToDevice(fd, device);
    if (answer >= 0 && mark != 0) {
      answer = calls.setOption(fd, SocketOption.SOL_SOCKET, SocketOption.SO_MARK, mark);
    }
    if (answer >= 0 && free) {
      answer =
          address instanceof Inet6Address
              ? calls.setOption(fd, SocketOption.IPPROTO_IPV6, SocketOption.IPV6_FREEBIND, 1)
              : calls.setOption(fd, SocketOption.IPPROTO_IP, SocketOption.IP_FREEBIND, 1);
    }
    return answer;
  }

  /** Whether it asks for what NIO cannot do. */
  public boolean needsLinux() {
    return device != null || mark != 0;
  }
}
