package dev.argyle.server.udp;

import dev.argyle.server.net.Binding;
import dev.argyle.server.net.DatagramCalls;
import dev.argyle.server.net.Errno;
import dev.argyle.server.net.LinuxSocketLoop;
import dev.argyle.server.net.MessageVector;
import dev.argyle.server.net.SocketOption;
import dev.argyle.server.net.Syscalls;
import java.lang.foreign.Arena;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Sockets of the kernel, received from and sent to in batches: recvmmsg, sendmmsg, UDP_SEGMENT. */
final class LinuxUdpLoop extends UdpLoop {

  private final Syscalls calls;
  final DatagramCalls datagrams;
  final MessageVector incoming = new MessageVector(Arena.ofAuto(), Inbox.SLOTS);
  final MessageVector outgoing = new MessageVector(Arena.ofAuto(), Outbox.SIZE);

  /** The first datagram of each message of the outbox, and behind the last message. */
  final int[] firsts = new int[Outbox.SIZE + 1];

  LinuxUdpLoop(LinuxSocketLoop loop, UdpMemory memory, DatagramCalls datagrams) {
    super(loop, memory);
    this.calls = loop.calls();
    this.datagrams = datagrams;
    for (int slot = 0; slot < Inbox.SLOTS; slot++) {
      incoming.piece(slot, memoryAddress() + Inbox.start(slot), Inbox.CAPACITY);
    }
  }

  @Override
  public Opened open(InetAddress at, int firstPort, int lastPort, @Nullable Binding by) {
    boolean ipv6 = !(at instanceof Inet4Address);
    int fd = mayOpen() ? datagrams.datagramSocket(ipv6) : -Errno.EMFILE;
    if (fd < 0) {
      return Refused.of(-fd);
    }
    if (ipv6) {
      calls.setOption(fd, SocketOption.IPPROTO_IPV6, SocketOption.IPV6_V6ONLY, 1);
    }
    int prepared = by == null ? 0 : by.prepare(calls, fd);
    int answer =
        prepared < 0 ? prepared : bind(firstPort, lastPort, port -> calls.bind(fd, at, port));
    @Nullable InetSocketAddress local = answer < 0 ? null : calls.localAddress(fd);
    if (local == null) {
      calls.close(fd);
      return Refused.of(-answer);
    }
    // Linux before 4.18 would send a message of segments as one datagram.
    boolean segments = calls.option(fd, SocketOption.SOL_UDP, SocketOption.UDP_SEGMENT) >= 0;
    return new Open(new LinuxUdpPort(this, fd, ipv6, local, segments));
  }
}
