package dev.argyle.server.udp;

import dev.argyle.server.net.DatagramCalls;
import dev.argyle.server.net.Errno;
import dev.argyle.server.net.LinuxDatagramCalls;
import dev.argyle.server.net.LinuxSyscalls;
import dev.argyle.server.net.MessageVector;
import dev.argyle.server.net.SocketOption;
import dev.argyle.server.net.Syscalls;
import dev.argyle.server.telemetry.LoopCounters;
import io.netty.channel.IoEventLoop;
import java.lang.foreign.Arena;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Sockets of the kernel, received from and sent to in batches: recvmmsg, sendmmsg, UDP_SEGMENT. */
final class NativeUdpLoop extends UdpLoop {

  final Syscalls calls;
  final DatagramCalls datagrams;
  final MessageVector incoming = new MessageVector(Arena.ofAuto(), Inbox.SLOTS);
  final MessageVector outgoing = new MessageVector(Arena.ofAuto(), Outbox.SIZE);

  /** Which datagram of the outbox is the first of a message; one more than there are messages. */
  final int[] firsts = new int[Outbox.SIZE + 1];

  NativeUdpLoop(IoEventLoop loop, LoopCounters counters) {
    this(loop, counters, new LinuxSyscalls(), new LinuxDatagramCalls());
  }

  NativeUdpLoop(IoEventLoop loop, LoopCounters counters, Syscalls calls, DatagramCalls datagrams) {
    super(loop, counters);
    this.calls = calls;
    this.datagrams = datagrams;
    for (int slot = 0; slot < Inbox.SLOTS; slot++) {
      incoming.piece(slot, memoryAddress() + Inbox.start(slot), Inbox.CAPACITY);
    }
  }

  @Override
  public Opened open(InetAddress at, int firstPort, int lastPort) {
    boolean ipv6 = !(at instanceof Inet4Address);
    int fd = datagrams.datagramSocket(ipv6);
    if (fd < 0) {
      return Errno.isShortage(fd) ? Refused.NO_RESOURCES : Refused.NO_SUCH_ADDRESS;
    }
    if (ipv6) {
      calls.setOption(fd, SocketOption.IPPROTO_IPV6, SocketOption.IPV6_V6ONLY, 1);
    }
    int answer = bind(fd, at, firstPort, lastPort);
    @Nullable InetSocketAddress local = answer < 0 ? null : calls.localAddress(fd);
    if (local == null) {
      calls.close(fd);
      return answer == -Errno.EADDRINUSE
          ? Refused.NO_PORT
          : answer == -Errno.EADDRNOTAVAIL ? Refused.NO_SUCH_ADDRESS : Refused.NO_RESOURCES;
    }
    // Linux before 4.18 would send a message that is to be cut up as one datagram.
    boolean segments = calls.option(fd, SocketOption.SOL_UDP, SocketOption.UDP_SEGMENT) >= 0;
    return new Open(new NativeUdpPort(this, fd, ipv6, local, segments));
  }

  private int bind(int fd, InetAddress at, int firstPort, int lastPort) {
    int size = lastPort - firstPort + 1;
    int start = ThreadLocalRandom.current().nextInt(size); // somebody else's are not in a row
    int answer = -Errno.EADDRINUSE;
    for (int i = 0; i < size && answer == -Errno.EADDRINUSE; i++) {
      answer = calls.bind(fd, at, firstPort + (start + i) % size);
    }
    return answer;
  }
}
