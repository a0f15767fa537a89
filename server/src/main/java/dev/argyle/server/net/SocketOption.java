package dev.argyle.server.net;

/**
 * Levels and names for {@link Syscalls#setOption} (asm-generic/socket.h, linux/tcp.h, linux/udp.h,
 * linux/in.h, linux/in6.h).
 */
public final class SocketOption {

  public static final int SOL_SOCKET = 1;
  public static final int SO_REUSEADDR = 2;
  public static final int SO_TYPE = 3;
  public static final int SO_ERROR = 4;
  public static final int SO_SNDBUF = 7;
  public static final int SO_RCVBUF = 8;
  public static final int SO_KEEPALIVE = 9;
  public static final int SO_OOBINLINE = 10;
  public static final int SO_LINGER = 13;
  public static final int SO_REUSEPORT = 15;
  public static final int SO_BINDTODEVICE = 25;
  public static final int SO_ACCEPTCONN = 30;
  public static final int SO_MARK = 36;
  public static final int SO_DOMAIN = 39;

  public static final int IPPROTO_IP = 0;

  /** An address may be bound to that no interface has. */
  public static final int IP_FREEBIND = 15;

  /** A port is chosen by connect(2), not by bind(2); Linux 4.2. */
  public static final int IP_BIND_ADDRESS_NO_PORT = 24;

  public static final int IPPROTO_TCP = 6;
  public static final int TCP_NODELAY = 1;
  public static final int TCP_KEEPIDLE = 4;

  public static final int IPPROTO_IPV6 = 41;
  public static final int IPV6_V6ONLY = 26;

  /** As {@link #IP_FREEBIND}; Linux 4.15. */
  public static final int IPV6_FREEBIND = 78;

  public static final int SOL_UDP = 17;

  /** The size of the datagrams that one send is cut into; Linux 4.18. */
  public static final int UDP_SEGMENT = 103;

  private SocketOption() {}
}
